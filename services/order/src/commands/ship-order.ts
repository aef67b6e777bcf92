/** Ships a confirmed order; the inventory takes its stock. */
import type { OrderOutbox } from "@orders/generated/order";
import type { Transaction } from "@rabbit-contract/postgres";
import type { Trace } from "../order.ts";
import { type Requested, requestTransition } from "./request-transition.ts";

/** Ships once, however often it is asked for; any status but confirmed refuses it. */
export async function shipOrder(
  outbox: OrderOutbox<Transaction>,
  tx: Transaction,
  id: string,
  trace: Trace = {},
): Promise<Requested> {
  const result = await requestTransition(
    tx,
    { id },
    {
      to: "shipped",
      from: ["confirmed"],
      cause: "ship requested",
    },
  );
  if (result.kind === "moved") {
    const { customerId, lines, updatedAt } = result.order;
    const payload = { orderId: result.order.id, customerId, lines, shippedAt: updatedAt };
    outbox.orderShipped(tx, payload, trace);
  }
  return result;
}
