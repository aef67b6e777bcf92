/** A service whose main.ts omits a part of the contract does not start. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ServiceName } from "@orders/stack";
import { startService } from "@orders/stack/testing/service";
import { editedTree, type Tree } from "@orders/stack/testing/trees";

const leftOut = [
  {
    path: "services/order/src/main.ts",
    search: "broker.consume(orderProductsQueue, inbox, productHandlers);\n",
    replacement: "",
  },
  {
    path: "services/inventory/src/main.ts",
    search: "const stations = { broker, relay,",
    replacement: "const stations = { broker,",
  },
];

describe("a service refuses to start if it", () => {
  let tree: Tree;
  before(() => {
    tree = editedTree(leftOut);
  });
  after(() => tree?.remove());

  /** Nothing answers at the configured addresses: services also start without a broker and a database. */
  async function refuses(name: ServiceName, reason: RegExp): Promise<void> {
    const prefix = name.toUpperCase();
    const nowhere = {
      [`${prefix}_AMQP_URL`]: `amqp://${name}:secret@127.0.0.1:1`,
      [`${prefix}_DATABASE_URL`]: `postgres://${name}:secret@127.0.0.1:1/${name}`,
    };
    const service = await startService(name, nowhere, { tree: tree.root, ready: false });
    assert.equal(await service.exited, 1, service.log());
    assert.match(service.log(), reason);
  }

  it("does not consume one of its queues", { timeout: 60_000 }, () =>
    refuses("order", /the order service does not consume order\.products: call broker\.consume/),
  );

  it("has no relay for its outbox", { timeout: 60_000 }, () =>
    refuses(
      "inventory",
      /the inventory service cannot send stock\.reserved, .*stock\.low: no relay publishes its outbox/,
    ),
  );
});
