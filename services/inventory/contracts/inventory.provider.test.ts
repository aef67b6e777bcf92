/** Verifies the inventory service's pacts; each message is produced by the command that produces it in production. */

import { testProvider } from "@orders/contract-tests/provider";
import { changeProduct } from "../src/commands/change-product.ts";
import { orderCreated } from "../testing/inventory.ts";
import { testRest } from "../testing/rest.ts";
import { makeProduct, orderId, reserve, reset, sku } from "./stock.ts";

testProvider({
  provider: "inventory",
  async open() {
    const inventory = await testRest();
    const withProduct = (stock: { onHand?: number; lowStockThreshold?: number }) => async () => {
      await reset(inventory);
      await makeProduct(inventory, stock);
    };
    const order = () => inventory.handle("orderCreated", [orderCreated(orderId, { [sku]: 2 })]);
    return {
      ...inventory,
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
    };
  },
});
