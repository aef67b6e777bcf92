import type { StockReserved } from "@orders/generated/messages";
import type { Delivery, Outcome } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { confirmOrders } from "../commands/settle-orders.ts";
import { orderIdOf, outcomesOf } from "./answers.ts";

export async function stockReserved(
  context: CommandContext,
  deliveries: readonly Delivery<StockReserved>[],
): Promise<Outcome[]> {
  const answers = deliveries.map((delivery) => ({ orderId: orderIdOf(delivery), cause: delivery.context }));
  return outcomesOf(deliveries, await confirmOrders(context, answers));
}
