import type { OrderCreated } from "@orders/generated/messages";
import { type Delivery, deadLetter, done, type Outcome } from "@rabbit-contract/messaging";
import type { CommandContext } from "../commands/context.ts";
import { reserveStock } from "../commands/reserve-stock.ts";
import { orderIdOf } from "./order-id.ts";

export async function orderCreated(
  context: CommandContext,
  deliveries: readonly Delivery<OrderCreated>[],
): Promise<Outcome[]> {
  const valid = deliveries.filter(({ payload }) => repeatedSku(payload) === undefined);
  await reserveStock(
    context,
    valid.map((delivery) => ({
      orderId: orderIdOf(delivery),
      lines: delivery.payload.lines,
      cause: delivery.context,
    })),
  );
  return deliveries.map(({ payload }) => {
    const sku = repeatedSku(payload);
    if (sku === undefined) return done;
    return deadLetter(`order ${payload.orderId} has "${sku}" on two lines; each product may be on one only`);
  });
}

function repeatedSku({ lines }: OrderCreated): string | undefined {
  const seen = new Set<string>();
  return lines.find(({ sku }) => seen.size === seen.add(sku).size)?.sku;
}
