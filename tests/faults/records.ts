/** The rows of the three services that the ledger checks. */
import { serviceNames } from "@orders/stack";
import { bodyOf } from "@orders/stack/rest";
import type { Line } from "./products.ts";
import { rest } from "./rest.ts";
import type { FaultSystem } from "./system.ts";

export interface OrderRecord {
  readonly id: string;
  readonly status: string;
  readonly lines: readonly Line[];
  /** Every status that it has had. */
  readonly history: readonly string[];
}

export interface Records {
  readonly orders: ReadonlyMap<string, OrderRecord>;
  readonly reservations: ReadonlyMap<string, { readonly status: string; readonly lines: readonly Line[] }>;
  /** Kinds of an order's notifications, one entry each. */
  readonly notifications: ReadonlyMap<string, readonly string[]>;
  /** Notifications of low stock by product. */
  readonly lowStock: ReadonlyMap<string, number>;
  readonly products: readonly ProductRecord[];
  /** Rows left in each service's outbox and record of unfinished starts. */
  readonly leftovers: ReadonlyMap<string, number>;
}

type ProductRecord = {
  readonly sku: string;
  readonly onHand: number;
  readonly reserved: number;
  /** Sum of all movements, and of only the shipments. */
  readonly moved: number;
  readonly shipped: number;
  /** Shipments of one order and product beyond the first. */
  readonly doubledShipments: number;
  readonly lowStockThreshold: number | null;
};

export async function readRecords(system: FaultSystem): Promise<Records> {
  const [orders, reservations, notices, low, products] = await Promise.all([
    system.sql<{ id: string; status: string; lines: Line[]; history: { status: string }[] }>(
      "order",
      "select id, status, lines, history from orders",
    ),
    system.sql<{ order_id: string; status: string; lines: Line[] }>(
      "inventory",
      "select order_id, status, lines from reservations",
    ),
    system.sql<{ order_id: string; kinds: string[] }>(
      "notification",
      "select order_id, array_agg(kind) as kinds from notifications where order_id is not null group by 1",
    ),
    system.sql<{ sku: string; count: number }>(
      "notification",
      "select sku, count(*)::int from notifications where kind = 'stock-low' group by 1",
    ),
    system.sql<ProductRecord>(
      "inventory",
      `select sku, on_hand as "onHand", reserved, low_stock_threshold as "lowStockThreshold",
              coalesce(sum(quantity), 0)::int as moved,
              coalesce(sum(-quantity) filter (where reason = 'shipment'), 0)::int as shipped,
              (count(order_id) - count(distinct order_id))::int as "doubledShipments"
       from products left join stock_movements using (sku) group by sku order by sku`,
    ),
  ]);
  return {
    orders: new Map(
      orders.map(({ history, ...order }) => [
        order.id,
        { ...order, history: history.map(({ status }) => status) },
      ]),
    ),
    reservations: new Map(reservations.map(({ order_id, ...reservation }) => [order_id, reservation])),
    notifications: new Map(notices.map(({ order_id, kinds }) => [order_id, kinds])),
    lowStock: new Map(low.map(({ sku, count }) => [sku, count])),
    products,
    leftovers: await readLeftovers(system),
  };
}

async function readLeftovers(system: FaultSystem): Promise<Map<string, number>> {
  const leftovers = new Map<string, number>();
  for (const service of serviceNames) {
    for (const table of ["outbox", "inbox_starts"]) {
      const [row] = await system.sql<{ count: number }>(service, `select count(*)::int from ${table}`);
      if (row && row.count > 0) leftovers.set(`${service}.${table}`, row.count);
    }
  }
  return leftovers;
}

/** A client's view of the same: stock and movements of each product, and the status of some orders. */
export async function readThroughRest(system: FaultSystem, orderIds: readonly string[]) {
  const { inventory, order } = rest(system);
  const { items: products } = await bodyOf(inventory.products.get({ query: { limit: 100 } }));
  const statuses = new Map<string, string>();
  for (const id of orderIds) {
    const { status } = await bodyOf(order.orders({ orderId: id }).get());
    statuses.set(id, status);
  }
  return { products, statuses };
}
