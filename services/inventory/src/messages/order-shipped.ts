import type { OrderShipped } from "@orders/generated/messages";
import { type Delivery, deadLetter, done, type Outcome, retry } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { takeStock } from "../commands/take-stock.ts";
import type { ReservationStatus } from "../reservations.ts";
import { orderIdOf } from "./order-id.ts";

export async function orderShipped(
  context: CommandContext,
  deliveries: readonly Delivery<OrderShipped>[],
): Promise<Outcome[]> {
  const orderIds = deliveries.map(orderIdOf);
  const statuses = await takeStock(context, orderIds);
  return orderIds.map((orderId, index) => outcomeOf(orderId, statuses[index]));
}

function outcomeOf(orderId: string, status: ReservationStatus | undefined): Outcome {
  switch (status) {
    case "reserved":
    case "taken":
      return done;
    case undefined:
      return retry(`order ${orderId} was shipped, but its order.created has not been handled yet`);
    case "rejected":
    case "released":
      return deadLetter(
        `order ${orderId} was shipped, but its reservation is ${status}: it has no stock to ship`,
      );
  }
}
