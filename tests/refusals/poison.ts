import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { before, describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import { client, system } from "./system.ts";

const properties = (type: string) => ({
  message_id: randomUUID(),
  type,
  correlation_id: "poison",
  content_type: "application/json",
  timestamp: Math.floor(Date.now() / 1000),
  app_id: "another sender",
  headers: { "schema-version": 1 },
});

describe("a message that breaks the contract", () => {
  before(() => client.product("NEIGHBOUR", { onHand: 1000 }));

  const cases = [
    {
      what: "that is not JSON",
      payload: '{"orderId": ',
      type: "order.created",
      kind: "undecodable",
      reason: /JSON/,
    },
    {
      what: "whose payload violates its schema",
      payload: JSON.stringify({
        orderId: randomUUID(),
        customerId: "c-1",
        lines: [],
        total: 5,
        createdAt: "today",
      }),
      type: "order.created",
      kind: "invalid",
      reason: /\/(lines|total|createdAt)/,
    },
    {
      what: "of an unknown type",
      payload: "{}",
      type: "order.exploded",
      kind: "unknown-message",
      reason: /order\.exploded/,
    },
  ];

  for (const { what, payload, type, kind, reason } of cases) {
    it(`${what} is dead-lettered with the reason, and its neighbours are handled`, async () => {
      const before = await Promise.all(
        Array.from({ length: 10 }, () => client.place("c-1", [{ sku: "NEIGHBOUR", quantity: 1 }])),
      );
      const routed = await system.host.publish({
        exchange: "orders",
        routingKey: "order.created",
        payload,
        properties: properties(type),
      });
      assert.equal(routed, true);
      const behind = await Promise.all(
        Array.from({ length: 10 }, () => client.place("c-1", [{ sku: "NEIGHBOUR", quantity: 1 }])),
      );
      for (const { id } of [...before, ...behind]) await client.orderIn(id, "confirmed");

      const [dead, ...others] = await eventually(async () => {
        const messages = await system.host.takeMessages("inventory.orders.dead");
        assert.notEqual(messages.length, 0);
        return messages;
      });
      assert.deepEqual(others, []);
      assert.equal(dead?.payload, payload);
      assert.equal(dead.properties.headers?.["dead-letter-reason"], kind);
      assert.match(String(dead.properties.headers?.["failure-reason"]), reason);
      assert.equal(dead.properties.headers?.["original-routing-key"], "order.created");
    });
  }
});
