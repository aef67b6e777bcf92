/** Orders with a known id. */
import { insertOrders } from "../src/commands/place-orders.ts";
import { stepOf } from "../src/step.ts";
import type { TestOrders } from "../testing/orders.ts";

export const orderId = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";
export const customerId = "c-1042";

const unitPrice = { amount: 3950, currency: "EUR" };
export const lamp = { sku: "LAMP-01", version: 1, name: "Desk lamp", unitPrice };

/** Resets to a single pending order. */
export async function insertPending(orders: TestOrders, deadlineSeconds = 900): Promise<void> {
  await orders.clear();
  const lines = [{ sku: lamp.sku, name: lamp.name, quantity: 2, unitPrice }];
  const { step } = stepOf({});
  const order = { id: orderId, customerId, lines, total: { amount: 7900, currency: "EUR" }, step };
  await orders.database.transaction((tx) => insertOrders(tx, [order], deadlineSeconds));
}
