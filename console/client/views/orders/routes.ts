/** Which service sends each message, and which ones get it, as the contract says. Runs while the page is built. */
import { inventoryService } from "@orders/generated/inventory";
import { notificationService } from "@orders/generated/notification";
import { orderService } from "@orders/generated/order";

export interface MessageRoute {
  readonly from: string;
  readonly to: readonly string[];
}

const all = [inventoryService, orderService, notificationService];

/** By type of message. */
export function routes(): Record<string, MessageRoute> {
  const ownerOf = (queue: string) =>
    all.find(({ queues }) => queues.some(({ name }) => name === queue))?.name ?? queue;
  const found: Record<string, MessageRoute> = {};
  for (const { name: from, sends } of all)
    for (const { message, queues } of Object.values(sends))
      found[message.type] = { from, to: queues.map(ownerOf) };
  return found;
}
