/** Which order a key's first request made. Keys and orders are written in the same transaction. */
import { createHash } from "node:crypto";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type { Transaction } from "#platform/database.ts";
import { type Order, type OrderRow, orderColumns, orderOf } from "./order.ts";
import type { RequestedLine } from "./price-order.ts";

export interface IdempotentRequest {
  readonly key: string;
  /** Of `requestHash`: the key with another one is refused. */
  readonly hash: string;
  /** HTTP status that the request is answered with when it is the key's first. */
  readonly status: number;
}

export interface KeyClaim {
  /** Id that the order will have if the claim wins. */
  readonly id: string;
  readonly idempotency: IdempotentRequest;
}

export interface FirstRequest {
  readonly hash: string;
  readonly status: number;
  /** As it is now. */
  readonly order: Order;
}

/** Equal for bodies that say the same, however they were written. */
export function requestHash(body: { customerId: string; lines: readonly RequestedLine[] }): string {
  const lines = body.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  return createHash("sha256")
    .update(JSON.stringify({ customerId: body.customerId, lines }))
    .digest("base64url");
}

/**
 * Claims each key for the first request that asks for it. Waits for transactions that have claimed one of the
 * keys and not ended; keys of those that roll back are free again.
 * @returns the ids of the claims that won
 */
export async function claimKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const values = claims.map(({ id, idempotency }) => ({ id, ...idempotency }));
  // Sorted, so that two transactions that claim the same keys cannot wait for each other in a circle.
  const { rows } = await tx.sql.execute<{ id: string }>(sql`
    insert into idempotency_keys (key, request_hash, order_id, status)
    select key, hash, id, status
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as claim (key text, hash text, id uuid, status int)
    order by key, id
    on conflict do nothing
    returning order_id as id`);
  return new Set(rows.map(({ id }) => id));
}

/** Takes back claims of this transaction, so that the next request with such a key is its first. */
export async function releaseKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<void> {
  if (claims.length === 0) return;
  const keys = claims.map(({ idempotency }) => idempotency.key);
  await tx.sql.execute(sql`delete from idempotency_keys where key = any(${sql.param(keys)}::text[])`);
}

export async function findFirstRequests(
  tx: Transaction,
  keys: readonly string[],
): Promise<ReadonlyMap<string, FirstRequest>> {
  if (keys.length === 0) return new Map();
  const { rows } = await tx.sql.execute<OrderRow & { key: string; hash: string; answered: number }>(sql`
    select first.key, first.request_hash as hash, first.status as answered, ${orderColumns}
    from idempotency_keys as first join orders on orders.id = first.order_id
    where first.key = any(${sql.param(keys)}::text[])`);
  return new Map(rows.map((row) => [row.key, { hash: row.hash, status: row.answered, order: orderOf(row) }]));
}

/** Keeps the status that the key's first request was answered with, when it became another than was expected. */
export async function recordStatus(
  executor: Pick<NodePgDatabase, "execute">,
  key: string,
  status: number,
): Promise<void> {
  await executor.execute(sql`update idempotency_keys set status = ${status} where key = ${key}`);
}
