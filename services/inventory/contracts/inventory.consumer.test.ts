/** The inventory service's pacts for the messages it consumes; writes generated/pacts/inventory-order.json. */
import assert from "node:assert/strict";
import { testConsumer } from "@orders/contract-tests/consumer";
import { inventoryOrdersQueue, inventoryService } from "@orders/generated/inventory";
import type { Payloads } from "@rabbit-contract/messaging";
import { createInbox } from "@rabbit-contract/postgres";
import { getReservation } from "../src/queries/reservations.ts";
import { type TestInventory, testInventory } from "../testing/inventory.ts";
import { makeProduct, orderId, reserve, reset } from "./stock.ts";

testConsumer<Payloads<typeof inventoryOrdersQueue>, TestInventory>({
  topology: inventoryService.topology,
  open: testInventory,
  consume(broker, { database, handlers }) {
    broker.consume(inventoryOrdersQueue, createInbox(database), handlers);
  },
  messages: {
    orderCreated: {
      from: "order",
      given: "a product that can be ordered",
      payload: { orderId, lines: [{ sku: "LAMP-01", quantity: 2 }] },
      async arrange(inventory) {
        await reset(inventory);
        await makeProduct(inventory, { onHand: 10 });
      },
      assert: (inventory) => hasStatus(inventory, "reserved"),
    },
    orderCancelled: {
      from: "order",
      given: "a pending order",
      payload: { orderId },
      arrange: reserve,
      assert: (inventory) => hasStatus(inventory, "released"),
    },
    orderExpired: {
      from: "order",
      given: "a pending order past its deadline",
      payload: { orderId },
      arrange: reserve,
      assert: (inventory) => hasStatus(inventory, "released"),
    },
    orderShipped: {
      from: "order",
      given: "a confirmed order",
      payload: { orderId },
      arrange: reserve,
      assert: (inventory) => hasStatus(inventory, "taken"),
    },
  },
});

async function hasStatus({ database }: TestInventory, status: string): Promise<void> {
  assert.equal((await getReservation(database, orderId))?.status, status);
}
