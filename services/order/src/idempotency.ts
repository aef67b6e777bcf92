/**
 * The order placed by the first request with an idempotency key. Each customer has their own keys; keys and orders are
 * written in the same transaction.
 */
import { createHash } from "node:crypto";
import { type Chore, deleteOlder, type Transaction } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { Order } from "./order.ts";
import { type OrderRow, orderColumns, orderOf } from "./order-rows.ts";
import type { RequestedLine } from "./pricing.ts";

export interface IdempotentRequest {
  readonly key: string;
  /** From `requestHash`; the key is refused with another one. */
  readonly hash: string;
  /** HTTP status of the response if this is the key's first request. */
  readonly status: number;
}

export interface KeyClaim {
  /** Id that the order will have if the claim wins. */
  readonly id: string;
  readonly customerId: string;
  readonly idempotency: IdempotentRequest;
}

export interface FirstRequest {
  readonly hash: string;
  readonly status: number;
  /** In its current state. */
  readonly order: Order;
}

/** Equal for equal bodies, however they are formatted. */
export function requestHash(body: { customerId: string; lines: readonly RequestedLine[] }): string {
  const lines = body.lines.map(({ sku, quantity }) => ({ sku, quantity }));
  return createHash("sha256")
    .update(JSON.stringify({ customerId: body.customerId, lines }))
    .digest("base64url");
}

/**
 * Claims each key for its first request. Waits for running transactions that have claimed one of the
 * keys; keys of those that roll back are free again.
 * @returns the ids of the claims that won
 */
export async function claimKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<ReadonlySet<string>> {
  if (claims.length === 0) return new Set();
  const values = claims.map(({ id, customerId, idempotency }) => ({ id, customerId, ...idempotency }));
  // Sorted, so that two transactions that claim the same keys cannot deadlock.
  const { rows } = await tx.sql.execute<{ id: string }>(sql`
    insert into idempotency_keys (customer_id, key, request_hash, order_id, status)
    select "customerId", key, hash, id, status
    from jsonb_to_recordset(${JSON.stringify(values)}::jsonb)
      as claim ("customerId" text, key text, hash text, id uuid, status int)
    order by "customerId", key, id
    on conflict do nothing
    returning order_id as id`);
  return new Set(rows.map(({ id }) => id));
}

/** Releases claims of this transaction, so that the next request with such a key is its first. */
export async function releaseKeys(tx: Transaction, claims: readonly KeyClaim[]): Promise<void> {
  if (claims.length === 0) return;
  await tx.sql.execute(sql`delete from idempotency_keys where (customer_id, key) in (${pairs(claims)})`);
}

/** @returns the first requests by `nameOf` their keys; unclaimed keys are missing */
export async function findFirstRequests(
  tx: Transaction,
  claims: readonly KeyClaim[],
): Promise<ReadonlyMap<string, FirstRequest>> {
  if (claims.length === 0) return new Map();
  const { rows } = await tx.sql.execute<OrderRow & { key: string; hash: string; answered: number }>(sql`
    select first.key, first.request_hash as hash, first.status as answered, ${orderColumns}
    from idempotency_keys as first join orders on orders.id = first.order_id
    where (first.customer_id, first.key) in (${pairs(claims)})`);
  return new Map(
    rows.map((row) => [
      nameOf(row.customer_id, row.key),
      { hash: row.hash, status: row.answered, order: orderOf(row) },
    ]),
  );
}

/** Identifies a key among those of all customers. Neither part can contain a space. */
export function nameOf(customerId: string, key: string): string {
  return `${customerId} ${key}`;
}

function pairs(claims: readonly KeyClaim[]): SQL {
  const values = claims.map(({ customerId, idempotency: { key } }) => ({ customerId, key }));
  return sql`
    select "customerId", key from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as pair ("customerId" text, key text)`;
}

/** Replaces the status that repetitions of the key's first request get. */
export async function recordStatus(
  { tx }: { readonly tx: Transaction },
  request: { readonly customerId: string; readonly key: string; readonly status: number },
): Promise<void> {
  const { customerId, key, status } = request;
  await tx.sql.execute(
    sql`update idempotency_keys set status = ${status} where customer_id = ${customerId} and key = ${key}`,
  );
}

/** Deletes keys older than `retention` milliseconds: the next request with one places another order. */
export const forgetKeys = (retention: number): Chore =>
  deleteOlder("idempotency_keys", "created_at", retention);
