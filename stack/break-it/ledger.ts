/** What happened to a run's orders, according to the services' answers. */
import type { NotificationView, OrderView, ProductView } from "../rest.ts";
import type { Caller, PersistentRest } from "./rest.ts";
import type { Ledger } from "./schemas.ts";

/** What the run did. */
export interface Placed {
  readonly customerId: string;
  /** The id in each answer to an accepted order, by its idempotency key. A key may have been answered twice. */
  readonly accepted: ReadonlyMap<string, ReadonlySet<string>>;
  /** Units received of each product. */
  readonly received: ReadonlyMap<string, number>;
}

export async function readLedger(
  rest: PersistentRest,
  reader: Caller,
  { customerId, accepted, received }: Placed,
): Promise<Ledger> {
  const query = `customerId=${encodeURIComponent(customerId)}`;
  const found = await rest.list<OrderView>("order", `/orders?${query}`, reader);
  const notifications = await rest.list<NotificationView>("notification", `/notifications?${query}`, reader);
  const orders = new Map(found.map((order) => [order.id, order]));
  const ids = [...accepted.values()].map((answered) => [...answered]);
  const known = new Set(ids.flat());
  const told = countsOf(notifications.map(({ orderId = "", kind }) => `${orderId} ${kind}`));
  const toldOf = new Set(notifications.map(({ orderId }) => orderId));

  const settled = found.filter(({ id, status }) => known.has(id) && status !== "pending");
  const lost = [...known].filter((id) => {
    const order = orders.get(id);
    return !order || order.status === "pending" || !toldOf.has(id);
  });
  const doubled =
    // One key that made two orders, whether the client was told of both or not.
    ids.filter((answered) => answered.length > 1).length +
    found.filter(({ id }) => !known.has(id)).length +
    // One order that was settled, or notified, twice.
    found.filter(({ history }) => new Set(history.map(({ status }) => status)).size < history.length).length +
    [...told.values()].filter((count) => count > 1).length;

  const sold = new Map<string, number>();
  for (const { status, lines } of found)
    if (status === "confirmed" || status === "shipped")
      for (const { sku, quantity } of lines) sold.set(sku, (sold.get(sku) ?? 0) + quantity);
  const stock = await stockOf(rest, reader, received, sold);
  return {
    accepted: accepted.size,
    settled: settled.length,
    confirmed: settled.filter(({ status }) => status === "confirmed").length,
    rejected: settled.filter(({ status }) => status === "rejected").length,
    lost: lost.length,
    doubled: doubled + stock.doubled,
    oversold: stock.oversold,
    units: { received: sum(received.values()), sold: sum(sold.values()), left: stock.left },
  };
}

/** Compares each product with its movements and with the lines of confirmed orders. */
async function stockOf(
  rest: PersistentRest,
  reader: Caller,
  received: ReadonlyMap<string, number>,
  sold: ReadonlyMap<string, number>,
): Promise<{ readonly doubled: number; readonly oversold: number; readonly left: number }> {
  let [doubled, oversold, left] = [0, 0, 0];
  for (const [sku, wanted] of received) {
    const { stock } = await rest.call<ProductView>("inventory", `/products/${sku}`, { as: reader });
    const movements = await rest.list<{ quantity: number }>(
      "inventory",
      `/products/${sku}/stock-movements`,
      reader,
    );
    const moved = sum(movements.map(({ quantity }) => quantity));
    const promised = sold.get(sku) ?? 0;
    // Stock that was received twice, or is reserved for no order, was changed twice somewhere.
    doubled +=
      Math.abs(moved - wanted) + Math.abs(stock.onHand - moved) + Math.max(0, stock.reserved - promised);
    oversold += Math.max(0, promised - wanted, promised - stock.reserved);
    left += stock.available;
  }
  return { doubled, oversold, left };
}

function countsOf(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}
