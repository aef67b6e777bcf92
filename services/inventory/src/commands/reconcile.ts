/** Republishes the state of reservations and products. */

import type { InventoryOutbox } from "@orders/generated/inventory";
import type { Shortage } from "@orders/generated/messages";
import { rfc3339, type Transaction } from "@rabbit-contract/postgres";
import { idsOf, type Source, type TimeRange, timesOf } from "@rabbit-contract/service/reconciliation";
import { type SQL, sql } from "drizzle-orm";
import type { ProductRow } from "../queries/products.ts";
import { products } from "../schema.ts";
import { sendProductChanged } from "./send-product-changed.ts";

/** Selects answers to orders, products, or both of a time range. */
export interface InventorySelection extends TimeRange {
  readonly orderIds?: readonly string[];
  readonly skus?: readonly string[];
}

export function sourcesToSend(outbox: InventoryOutbox<Transaction>, selection: InventorySelection): Source[] {
  const { orderIds, skus, ...range } = selection;
  if (orderIds !== undefined) {
    return [answersToSend(outbox, sql`order_id = any(${sql.param(orderIds)}::uuid[])`)];
  }
  if (skus !== undefined) return [productsToSend(outbox, sql`sku = any(${sql.param(skus)}::text[])`)];
  // By the order's id, so that a time range selects the same orders as in the order service.
  return [
    productsToSend(outbox, timesOf(sql`updated_at`, range)),
    answersToSend(outbox, idsOf(sql`order_id`, range)),
  ];
}

/** `stock.reserved` or `stock.rejected`, if the order may still be waiting for it. */
function answersToSend(outbox: InventoryOutbox<Transaction>, chosen: SQL): Source {
  return async (tx, after, limit) => {
    const { rows } = await tx.sql.execute<{ orderId: string; shortages: Shortage[] | null; at: string }>(sql`
      select order_id as "orderId", shortages, ${rfc3339(sql`created_at`)} as at
      from reservations
      where ${chosen} and status in ('reserved', 'rejected')
        and ${after === undefined ? sql`true` : sql`order_id > ${after}::uuid`}
      order by order_id limit ${limit}`);
    for (const { orderId, shortages, at } of rows) {
      if (shortages) outbox.stockRejected(tx, { orderId, shortages, rejectedAt: at });
      else outbox.stockReserved(tx, { orderId, reservedAt: at });
    }
    return { count: rows.length, last: rows.length === limit ? rows.at(-1)?.orderId : undefined };
  };
}

/** `product.changed` with the current version. */
function productsToSend(outbox: InventoryOutbox<Transaction>, chosen: SQL): Source {
  return async (tx, after, limit) => {
    const rows: ProductRow[] = await tx.sql
      .select()
      .from(products)
      .where(sql`${chosen} and ${after === undefined ? sql`true` : sql`sku > ${after}`}`)
      .orderBy(products.sku)
      .limit(limit);
    for (const row of rows) sendProductChanged({ tx, outbox }, row);
    return { count: rows.length, last: rows.length === limit ? rows.at(-1)?.sku : undefined };
  };
}
