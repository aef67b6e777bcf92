import type { StockRejected } from "@orders/generated/messages";
import type { Delivery, Outcome } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { rejectOrders } from "../commands/settle-orders.ts";
import { orderIdOf, outcomesOf } from "./answers.ts";

export async function stockRejected(
  context: CommandContext,
  deliveries: readonly Delivery<StockRejected>[],
): Promise<Outcome[]> {
  const answers = deliveries.map((delivery) => ({
    orderId: orderIdOf(delivery),
    shortages: delivery.payload.shortages,
    cause: delivery.context,
  }));
  return outcomesOf(deliveries, await rejectOrders(context, answers));
}
