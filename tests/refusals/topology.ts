import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { topology } from "@orders/generated/topology";
import { eventually } from "@rabbit-contract/messaging/testing";
import { system } from "./system.ts";

const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);

describe("the broker's topology", () => {
  async function assertAsInContract(): Promise<void> {
    const [exchanges, queues, bindings] = await Promise.all([
      system.host.exchanges(),
      system.host.queues(),
      system.host.bindings(),
    ]);
    assert.deepEqual(
      exchanges
        .map(({ name, type, durable, auto_delete }) => ({ name, type, durable, autoDelete: auto_delete }))
        .sort(byName),
      [...topology.exchanges].sort(byName),
    );
    assert.deepEqual(
      queues
        .map(({ name, durable, arguments: queueArguments }) => ({ name, durable, arguments: queueArguments }))
        .sort(byName),
      topology.queues
        .map(({ name, durable, arguments: queueArguments }) => ({ name, durable, arguments: queueArguments }))
        .sort(byName),
    );
    assert.deepEqual(
      bindings
        .map(({ source, routing_key, destination }) => `${source} ${routing_key} ${destination}`)
        .sort(),
      topology.queues
        .flatMap(({ name, bindings: own }) =>
          own.map(({ exchange, routingKey }) => `${exchange} ${routingKey} ${name}`),
        )
        .sort(),
    );
  }

  it("is exactly that of the contract", async () => {
    await assertAsInContract();
  });

  it("is restored when queues and an exchange are deleted", async () => {
    await system.host.deleteQueue("order.stock");
    await system.host.deleteQueue("inventory.orders.retry.10s");
    await system.host.deleteExchange("inventory");
    await eventually(assertAsInContract);
  });
});
