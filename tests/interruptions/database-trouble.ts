/** Database problems have no side effects: no 500, no used-up attempt, no dead letter. */
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import { client, restartOrder, system } from "./system.ts";

/** Runs `work` while holding an exclusive lock on a table. */
async function locked(table: string, work: () => Promise<void>): Promise<void> {
  await withClient(system.environment("order").ORDER_MIGRATION_DATABASE_URL ?? "", async (owner) => {
    await owner.query(`begin; lock table ${table} in access exclusive mode`);
    await work();
  });
}

const post = () =>
  client.call("order", "POST", "/orders", {
    customerId: "c-1",
    body: { customerId: "c-1", lines: [{ sku: "TROUBLE-1", quantity: 1 }] },
    patient: false,
  });

describe("while the database is in trouble", () => {
  before(async () => {
    await restartOrder({
      DATABASE_REQUEST_STATEMENT_TIMEOUT: "1s",
      DATABASE_MESSAGING_STATEMENT_TIMEOUT: "1s",
    });
    await client.product("TROUBLE-1", { onHand: 1_000 });
  });

  describe("a table that is locked by a migration", () => {
    it("delays orders: requests get 503 with Retry-After, messages are held and use up no attempt", async () => {
      // Inventory's answers arrive while the table is locked, not before.
      const inventory = system.service("inventory").pid;
      process.kill(inventory, "SIGSTOP");
      const placed = await Promise.all(
        Array.from({ length: 20 }, () => client.place("c-1", [{ sku: "TROUBLE-1", quantity: 1 }])),
      );
      await locked("orders", async () => {
        process.kill(inventory, "SIGCONT");
        const until = performance.now() + 4_000;
        while (performance.now() < until) {
          for (const answer of await Promise.all(Array.from({ length: 10 }, post))) {
            assert.equal(answer.status, 503);
            assert.equal(answer.headers.get("retry-after"), "1");
          }
        }
        await eventually(() =>
          assert.match(system.service("order").log(), /holding deliveries until it is back/),
        );
      });
      for (const { id } of placed) await client.orderIn(id, "confirmed");
      const log = system.service("order").log();
      assert.doesNotMatch(log, /will be retried later|was dead-lettered|its batch is halved/);
      assert.equal(await system.host.queueDepth("order.stock.dead"), 0);
    });
  });

  describe("readiness", () => {
    const checksOf = async () => {
      const response = await fetch(`${system.service("order").adminUrl}/health/ready`);
      const { status, checks } = await response.json();
      return { status, consumers: checks.consumers, outbox: checks.outbox };
    };

    it("reports what has not worked for ten seconds and why, until it works again", {
      timeout: 90_000,
    }, async () => {
      const isReady = () =>
        eventually(async () => {
          const { status, ...checks } = await checksOf();
          assert.equal(status, "ready", JSON.stringify(checks));
        });
      await isReady();
      await locked("inbox", async () => {
        await client.place("c-1", [{ sku: "TROUBLE-1", quantity: 1 }]); // inventory's answer waits for the inbox
        await eventually(
          async () => {
            const { status, consumers } = await checksOf();
            assert.equal(status, "degraded");
            assert.match(consumers.cause, /^order\.stock: a batch has been in progress for \d\d s/);
            assert.ok(Date.parse(consumers.since) > Date.now() - 60_000);
          },
          { timeout: 40_000 },
        );
      });
      await isReady();
    });

    it("reports that the oldest message in the outbox is overdue", { timeout: 60_000 }, async () => {
      await system.query(
        "order",
        `insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, written_at, headers, content, leased_until)
         values (gen_random_uuid(), 'order.created', 'orders', 'order.created', 'order', 'x', now(), now() - interval '40 s', '{}', '{}',
           'infinity')`,
      );
      await eventually(async () => {
        const { status, outbox } = await checksOf();
        assert.equal(status, "degraded");
        assert.match(outbox.cause, /^the oldest message has been waiting for \d\d s/);
      });
      await system.query("order", "delete from outbox where leased_until = 'infinity'");
    });
  });

  describe("a build whose migration is missing", () => {
    it("answers 503, is not ready and reports why, consumes nothing, and continues once the migration is applied", async () => {
      await system.service("order").stop();
      await system.query("order", "alter table migrations rename to kept", "owner of the tables");
      const order = await system.start("order", {}, { ready: false });
      const ready = () => fetch(`${order.adminUrl}/health/ready`);
      await eventually(async () => assert.equal((await ready()).status, 503));
      const answer = await post();
      assert.equal(answer.status, 503);
      assert.equal(answer.headers.get("retry-after"), "10");
      await eventually(() => assert.match(order.log(), /connected to the broker/));
      await delay(500);
      assert.equal(await system.host.consumers("order.stock"), 0);
      assert.equal(await system.host.consumers("order.products"), 0);
      await eventually(() =>
        assert.match(
          order.log(),
          /the database is at migration 0, this build needs \d+: run the service's migrate/,
        ),
      );

      await system.query("order", "alter table kept rename to migrations", "owner of the tables");
      await eventually(async () => assert.equal((await ready()).status, 200));
      await eventually(async () => assert.equal(await system.host.consumers("order.stock"), 1));
      const { id } = await client.place("c-1", [{ sku: "TROUBLE-1", quantity: 1 }]);
      await client.orderIn(id, "confirmed");
    });
  });
});
