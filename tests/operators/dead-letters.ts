import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { runOperator } from "@orders/stack/testing/operator";
import { eventually } from "@rabbit-contract/messaging/testing";
import { client, system } from "./system.ts";

describe("make dead-letters", () => {
  before(async () => {
    await client.product("LAMP", { onHand: 10 });
    // Nothing else may be in the queue from which the tests take a message.
    await system.quiet();
  });

  const run = (...args: string[]) => runOperator(system, "dead-letters", ...args);
  const inventorySql = (statement: string) => system.query("inventory", statement, "owner of the tables");

  /** Places an order whose `order.created` is at its last attempt, while inventory cannot make reservations. */
  async function orderThatFails(): Promise<string> {
    await system.service("inventory").stop();
    const { id } = await client.place("c-1", [{ sku: "LAMP", quantity: 2 }]);
    const [message] = await eventually(async () => {
      const messages = await system.host.takeMessages("inventory.orders");
      assert.equal(messages.length, 1);
      return messages;
    });
    assert.ok(message);
    await system.host.publish({
      exchange: message.exchange,
      routingKey: message.routing_key,
      payload: message.payload,
      properties: { ...message.properties, headers: { ...message.properties.headers, "retry-attempt": 3 } },
    });
    await system.start("inventory");
    return id;
  }

  const deadLetterArrives = () =>
    eventually(async () => assert.equal(await system.host.queueDepth("inventory.orders.dead"), 1));

  it("lists a message that failed too often, and replays it once the cause is gone", async () => {
    await inventorySql(`
      create function refuse() returns trigger language plpgsql as
        'begin raise exception ''the warehouse is being counted''; end';
      create trigger refuse before insert on reservations execute function refuse()`);
    const orderId = await orderThatFails();

    await deadLetterArrives();
    const listed = await run("list", "--reason", "retries-exhausted");
    assert.match(listed.output, /^1 of 1 dead letter in inventory\.orders, inventory\.outbox$/m);
    assert.equal(listed.code, 0, listed.errors);
    assert.match(listed.output, /order\.created +retries-exhausted +4/);
    assert.match(listed.output, /the warehouse is being counted/);

    const chosen = ["--service", "inventory", "--failure", "being counted"];
    const [page] = (await run("list", ...chosen, "--json")).output.split("\n").map((line) => line || "{}");
    const { id, correlationId } = JSON.parse(page ?? "").items[0];
    assert.equal(correlationId, orderId);
    const shown = await run("show", "--queue", "inventory.orders", "--id", id);
    assert.match(shown.output, /retry-attempt +4/);
    assert.match(shown.output, new RegExp(`"orderId": "${orderId}"`));

    const would = await run("replay", ...chosen, "--dry-run");
    assert.match(would.output, /1 of 1 dead letters would be replayed/);
    assert.equal((await client.order(orderId)).status, "pending");

    await inventorySql("drop trigger refuse on reservations");
    const replayed = await run("replay", ...chosen);
    assert.deepEqual([replayed.code, replayed.errors], [0, ""]);
    assert.match(replayed.output, /1 of 1 dead letters was replayed/);
    await client.orderIn(orderId, "confirmed");
    assert.deepEqual(await client.stock("LAMP"), { onHand: 10, reserved: 2, available: 8 });
    await client.kinds(orderId, "order-confirmed");

    assert.match((await run("list")).output, /^no dead letters in inventory\.orders, inventory\.outbox$/m);
    const { output: history } = await run("history", "--id", id);
    assert.match(history, new RegExp(`ada +replay +done +inventory\\.orders +order\\.created .*${id}`));
  });

  it("deletes a message that can never be handled", async () => {
    await system.host.publish({ exchange: "orders", routingKey: "order.created", payload: "{" });
    const poison = ["--service", "inventory", "--reason", "undecodable"];
    await deadLetterArrives();
    const listed = await run("list", ...poison);
    assert.match(listed.output, /1 of 1 dead letter/);
    const [id = ""] = /sha256:\w+/.exec(listed.output) ?? [];
    const deleted = await run("delete", "--queue", "inventory.orders", "--id", id, "--json");
    const lines = deleted.output.trimEnd().split("\n");
    const last = JSON.parse(lines.at(-1) ?? "");
    assert.deepEqual([last.state, last.action, last.done], ["complete", "delete", 1]);
    assert.match((await run("list", ...poison)).output, /^no dead letters/);
  });

  it("lists, replays and deletes a message that is parked in an outbox like any other", async () => {
    const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
    await system.query(
      "order",
      `insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content,
         leased_until, attempts, refusal_reason, refusal, parked_at)
       values ('${id}', 'order.created', 'gone', 'order.created', 'order', 'x', now(), '{}', '{}',
         'infinity', 8, 'exchange-missing', 'no exchange ''gone''', now())`,
      "owner of the tables",
    );
    const listed = await run("list", "--service", "order");
    assert.match(listed.output, new RegExp(`order\\.outbox +order\\.created +exchange-missing +8 +${id}`));
    assert.match(listed.output, /no exchange 'gone'/);
    assert.match(listed.output, /^1 of 1 dead letter in .*order\.stock.*order\.outbox$/m);
    const shown = await run("show", "--queue", "order.outbox", "--id", id);
    assert.match(shown.output, /originalExchange +gone/);

    const replayed = await run("replay", "--queue", "order.outbox", "--all");
    assert.match(replayed.output, /1 of 1 dead letters was replayed/);
    // It is refused again, and its attempts are counted from the start.
    await eventually(async () => {
      const [row] = await system.query<{ attempts: number }>(
        "order",
        `select attempts from outbox where id = '${id}'`,
      );
      assert.ok(row && row.attempts > 0 && row.attempts < 8);
    });
    await system.query(
      "order",
      "update outbox set parked_at = now(), leased_until = 'infinity'",
      "owner of the tables",
    );
    const deleted = await run("delete", "--service", "order", "--all");
    assert.match(deleted.output, /1 of 1 dead letters was deleted/);
    const { output: history } = await run("history", "--id", id);
    assert.match(history, /ada +delete +done +order\.outbox/);
    assert.match(history, /ada +replay +done +order\.outbox/);
  });

  it("explains what is wrong with a command, a call or a service", async () => {
    const cases: [string[], number, RegExp][] = [
      [["lst"], 2, /"lst" is not a command: use list, show, replay, delete, history/],
      [["list", "--reason", "bored"], 1, /answered 422: .*reason/],
      [["show", "--queue", "order.stock", "--id", "x"], 1, /answered 404: There is no dead letter "x"/],
      [["replay", "--queue", "order.stack", "--all"], 1, /answered 422: .*queue/],
    ];
    const answers = await Promise.all(cases.map(([args]) => run(...args)));
    for (const [index, [args, code, message]] of cases.entries()) {
      assert.equal(answers[index]?.code, code, `${args.join(" ")}: ${answers[index]?.errors}`);
      assert.match(answers[index]?.errors ?? "", message);
    }
    assert.match((await run()).output, /^usage: make dead-letters/);
    await system.service("notification").stop();
    const away = await run("list", "--service", "notification");
    assert.match(
      away.errors,
      /cannot reach the admin port of the notification service at http.*NOTIFICATION_ADMIN_URL/,
    );
    assert.equal(away.code, 1);
  });
});
