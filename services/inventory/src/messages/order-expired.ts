import type { OrderExpired } from "@orders/generated/messages";
import { allDone, type Delivery, type Outcome } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { releaseStock } from "../commands/release-stock.ts";
import { orderIdOf } from "./order-id.ts";

export async function orderExpired(
  context: CommandContext,
  deliveries: readonly Delivery<OrderExpired>[],
): Promise<Outcome[]> {
  await releaseStock(context, deliveries.map(orderIdOf));
  return allDone(deliveries);
}
