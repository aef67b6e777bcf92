/** Verifies the inventory service's pacts; each message is produced by the command that produces it in production. */

import { testProvider } from "@orders/contract-tests/provider";
import { createLogger } from "@rabbit-contract/service";
import { listen } from "@rabbit-contract/service/http";
import { changeProduct } from "../src/commands/change-product.ts";
import { createInventoryApp } from "../src/http/app.ts";
import { testGuard } from "../testing/access.ts";
import { orderCreated, testInventory } from "../testing/inventory.ts";
import { makeProduct, orderId, reserve, reset, sku } from "./stock.ts";

const log = createLogger({ service: "inventory", level: "silent" });

testProvider({
  provider: "inventory",
  async open() {
    const inventory = await testInventory();
    const { database, outbox } = inventory;
    const server = await listen(createInventoryApp({ database, outbox, log, guard: testGuard }), {
      port: 0,
      hostname: "127.0.0.1",
      log,
    });
    const withProduct = (stock: { onHand?: number; lowStockThreshold?: number }) => async () => {
      await reset(inventory);
      await makeProduct(inventory, stock);
    };
    const order = () => inventory.handle("orderCreated", [orderCreated(orderId, { [sku]: 2 })]);
    return {
      database,
      url: server.url,
      states: {
        "no products": () => reset(inventory),
        "a product in stock": withProduct({ onHand: 10 }),
        "a product that is sold out": withProduct({}),
        "a product just above its low-stock threshold": withProduct({ onHand: 6, lowStockThreshold: 5 }),
        "a product that is reserved for an order": () => reserve(inventory),
      },
      messages: {
        "stock.reserved": order,
        "stock.rejected": order,
        "stock.low": order,
        "product.changed": () =>
          inventory.run((context) => changeProduct(context, { sku, patch: { name: "Tall desk lamp" } })),
      },
      async close() {
        await server.stop();
        await inventory.close();
      },
    };
  },
});
