import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { serviceNames } from "@orders/stack";
import { eventually } from "@rabbit-contract/messaging/testing";
import { tokenOf } from "@rabbit-contract/service/testing";
import { client, smtp, system } from "./system.ts";

const email = "grace.hopperova@cobol.example.com";
const personal = /grace|hopperova|cobol/i;
const traceId = "7".repeat(32);

type Line = Readonly<Record<string, unknown>>;

describe("the logs", () => {
  before(() => {
    // Like real mail servers, quotes the address in a refusal.
    smtp.reply = (command) =>
      command.startsWith("RCPT") && smtp.received.length > 0
        ? `550 5.1.1 <${email}>: no such user`
        : undefined;
  });

  /** Without a last line that has not arrived whole. */
  const textOf = (log: string) => log.slice(0, log.lastIndexOf("\n") + 1);
  const text = () => serviceNames.map((name) => textOf(system.service(name).log())).join("");
  const lines = (): Line[] =>
    text()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));

  it("are one JSON line per event, with the order and the trace, without names, addresses or tokens", async () => {
    await client.product("LOGGED", { onHand: 10 });
    const contact = { email, name: "Grace Hopperova", channels: ["email"] };
    const saved = await client.call("notification", "PUT", "/customers/c-9/contact", { body: contact });
    assert.ok(saved.status < 300, JSON.stringify(saved.body));

    const traceparent = `00-${traceId}-00f067aa0ba902b7-00`;
    const orders = [];
    for (let count = 0; count < 2; count++) {
      const { id } = await client.place("c-9", [{ sku: "LOGGED", quantity: 1 }], { traceparent });
      await client.kinds(id, "order-confirmed");
      if (count === 0) await eventually(() => assert.equal(smtp.received.length, 1), { timeout: 30_000 });
      orders.push(id);
    }
    const [, second] = orders;
    await eventually(
      () => {
        const line = lines().find(({ msg }) => msg === "an e-mail cannot be delivered and is abandoned");
        assert.equal(line?.correlationId, second);
        assert.match(JSON.stringify(line), /no such user/);
      },
      { timeout: 30_000 },
    );
    // Refused input is quoted only to the client.
    const wrong = await client.call("notification", "PUT", "/customers/c-9/contact", {
      body: { ...contact, email: `${email}@`, channels: [email] },
    });
    assert.equal(wrong.status, 422);
    await client.call("notification", "GET", `/notifications?customerId=${email}`);
    await client.call("notification", "GET", `/customers/${email}/contact`);
    await client.call("order", "POST", `/orders/${second}/cancel`, { headers: { traceparent } });

    await system.host.publish({
      exchange: "inventory",
      routingKey: "stock.reserved",
      payload: JSON.stringify({ orderId: traceId, name: "Grace Hopperova", email }),
      properties: {
        type: "stock.reserved",
        correlation_id: second,
        headers: { "schema-version": 1, traceparent },
      },
    });
    await eventually(() => {
      const line = lines().find(({ msg }) => msg === "a message was dead-lettered");
      assert.deepEqual([line?.correlationId, line?.traceId], [second, traceId]);
    });

    for (const { level, time, service, msg } of lines()) {
      assert.ok([level, time, service, msg].every((field) => typeof field === "string" && field !== ""));
    }
    await eventually(() => {
      const requests = lines().filter(
        ({ msg, traceId: id, status }) => msg === "request" && id === traceId && status !== 503,
      );
      assert.equal(requests.length, 3);
    });
    assert.doesNotMatch(text(), personal);
    assert.ok(!text().includes(await tokenOf("operator", "test-operator")));
  });
});
