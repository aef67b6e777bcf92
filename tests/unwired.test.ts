/** A service whose main.ts leaves out a part of the contract does not start. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startService } from "@orders/stack/testing/service";
import { type Edit, editedTree } from "@orders/stack/testing/trees";

/** No server answers there: services start without a broker and a database. */
const nowhere = {
  ORDER_AMQP_URL: "amqp://order:secret@127.0.0.1:1",
  ORDER_DATABASE_URL: "postgres://order:secret@127.0.0.1:1/order",
};

const faults: readonly { readonly what: string; readonly edit: Edit; readonly says: RegExp }[] = [
  {
    what: "does not consume one of its queues",
    edit: {
      path: "services/order/src/main.ts",
      search: "broker.consume(orderProductsQueue, inbox, productHandlers);\n",
      replacement: "",
    },
    says: /the order service does not consume order\.products: call broker\.consume/,
  },
  {
    what: "has no relay for its outbox",
    edit: {
      path: "services/order/src/main.ts",
      search: "const stations = { broker, relay,",
      replacement: "const stations = { broker,",
    },
    says: /the order service cannot send order\.created, .*order\.shipped: no relay publishes its outbox/,
  },
];

describe("a service refuses to start if it", () => {
  for (const { what, edit, says } of faults) {
    it(what, { timeout: 60_000 }, async () => {
      const tree = editedTree([edit]);
      try {
        const service = await startService("order", nowhere, { tree: tree.root, ready: false });
        assert.equal(await service.exited, 1, service.log());
        assert.match(service.log(), says);
      } finally {
        tree.remove();
      }
    });
  }
});
