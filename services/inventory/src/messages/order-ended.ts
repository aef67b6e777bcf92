import type { OrderCancelled, OrderExpired } from "@orders/generated/messages";
import { allDone, type Delivery, type Outcome } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { releaseStock } from "../commands/release-stock.ts";
import { orderIdOf } from "./order-id.ts";

export async function orderEnded(
  context: CommandContext,
  deliveries: readonly Delivery<OrderCancelled | OrderExpired>[],
): Promise<Outcome[]> {
  await releaseStock(context, deliveries.map(orderIdOf));
  return allDone(deliveries);
}
