import { uuidv7 } from "@rabbit-contract/messaging";
import { rfc3339, type Transaction } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import {
  claimKeys,
  findFirstRequests,
  type IdempotentRequest,
  type KeyClaim,
  nameOf,
  releaseKeys,
} from "../idempotency.ts";
import type { Money, Order, OrderLine } from "../order.ts";
import { priceOrder, type RequestedLine } from "../pricing.ts";
import { readProducts } from "../queries/products.ts";
import { CannotBePriced, KeyReused, type Refusal } from "../refusals.ts";
import type { Caused, CommandContext } from "./context.ts";

export interface OrderRequest extends Caused {
  readonly customerId: string;
  /** At least one. */
  readonly lines: readonly RequestedLine[];
  readonly idempotency?: IdempotentRequest | undefined;
}

/** The result of a request. Only `placed` has written anything. */
export type Placement =
  | { readonly kind: "placed"; readonly order: Order }
  /** The order of the key's first request, in its current state; `status` is that of the first response. */
  | { readonly kind: "repeated"; readonly order: Order; readonly status: number }
  /** Returned, not thrown: the other requests of the transaction must not fail with this one. */
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface OrdersToPlace {
  readonly requests: readonly OrderRequest[];
  /** Seconds after which an order that is still pending expires. */
  readonly deadlineSeconds: number;
}

interface Draft {
  readonly id: string;
  readonly request: OrderRequest;
}

/**
 * Places any number of orders with the same few statements. Requests of a customer with one idempotency key place one
 * order, whether in one call, concurrently or later: all but the first wait for its transaction to end.
 *
 * @returns one placement for each request, in the same order
 */
export async function placeOrders(
  context: CommandContext,
  { requests, deadlineSeconds }: OrdersToPlace,
): Promise<Placement[]> {
  const drafts = requests.map((request) => ({ id: uuidv7(), request }));
  const claimed = await claimKeys(context.tx, drafts.flatMap(claimOf));
  const isFirst = ({ id, request }: Draft) => request.idempotency === undefined || claimed.has(id);

  const placements = await placeFirst(context, drafts.filter(isFirst), deadlineSeconds);
  const repetitions = drafts.filter((draft) => !isFirst(draft));
  const repeated = await answerRepeated(context, repetitions, deadlineSeconds);
  return drafts.flatMap(({ id }) => placements.get(id) ?? repeated.get(id) ?? []);
}

function claimOf({ id, request: { customerId, idempotency } }: Draft): KeyClaim[] {
  return idempotency === undefined ? [] : [{ id, customerId, idempotency }];
}

async function placeFirst(
  { tx, outbox }: CommandContext,
  drafts: readonly Draft[],
  deadlineSeconds: number,
): Promise<Map<string, Placement>> {
  const placements = new Map<string, Placement>();
  if (drafts.length === 0) return placements;
  const skus = drafts.flatMap(({ request }) => request.lines.map(({ sku }) => sku));
  const products = await readProducts(tx, [...new Set(skus)]);

  const accepted: (Draft & NewOrder)[] = [];
  const refused: Draft[] = [];
  for (const draft of drafts) {
    const pricing = priceOrder(draft.request.lines, products);
    if ("problems" in pricing) {
      refused.push(draft);
      placements.set(draft.id, { kind: "refused", refusal: new CannotBePriced(pricing.problems) });
    } else {
      accepted.push({ ...draft, customerId: draft.request.customerId, ...pricing });
    }
  }
  // A refused request may be accepted a moment later, when the product has arrived.
  await releaseKeys(tx, refused.flatMap(claimOf));

  const createdAt = await insertOrders(tx, accepted, deadlineSeconds);
  for (const { id, request, customerId, lines, total } of accepted) {
    const order: Order = {
      id,
      customerId,
      status: "pending",
      lines,
      total,
      createdAt,
      updatedAt: createdAt,
      history: [{ status: "pending", at: createdAt, cause: "placed" }],
    };
    placements.set(id, { kind: "placed", order });
    outbox.orderCreated(tx, { orderId: id, customerId, lines, total, createdAt }, request.cause);
  }
  return placements;
}

async function answerRepeated(
  context: CommandContext,
  drafts: readonly Draft[],
  deadlineSeconds: number,
): Promise<Map<string, Placement>> {
  const first = await findFirstRequests(context.tx, drafts.flatMap(claimOf));
  const placements = new Map<string, Placement>();
  const unanswered: Draft[] = [];
  for (const draft of drafts) {
    const { customerId, idempotency } = draft.request;
    const answer = first.get(nameOf(customerId, idempotency?.key ?? ""));
    if (answer === undefined) unanswered.push(draft);
    else if (answer.hash !== idempotency?.hash) {
      const refusal = new KeyReused(idempotency?.key ?? "");
      placements.set(draft.id, { kind: "refused", refusal });
    } else placements.set(draft.id, { kind: "repeated", order: answer.order, status: answer.status });
  }
  // The key's first request was refused in this call: now another one is the first.
  if (unanswered.length > 0) {
    const requests = unanswered.map(({ request }) => request);
    const again = await placeOrders(context, { requests, deadlineSeconds });
    for (const [index, placement] of again.entries()) placements.set(unanswered[index]?.id ?? "", placement);
  }
  return placements;
}

export interface NewOrder {
  readonly id: string;
  readonly customerId: string;
  readonly lines: OrderLine[];
  readonly total: Money;
}

/**
 * Inserts pending orders.
 * @returns the time at which they were placed, the same for all; "" for none
 */
export async function insertOrders(
  tx: Transaction,
  orders: readonly NewOrder[],
  deadlineSeconds: number,
): Promise<string> {
  if (orders.length === 0) return "";
  const values = orders.map(({ id, customerId, lines, total }) => ({ id, customerId, lines, ...total }));
  // The clock is materialized, so that its texts are formatted once and not for each row.
  const { rows } = await tx.sql.execute<{ at: string }>(sql`
    with clock as materialized (
      select now, at, jsonb_build_array(jsonb_build_object('status', 'pending', 'at', at, 'cause', 'placed')) as history
      from (select date_trunc('milliseconds', now()) as now) as rounded, lateral (select ${rfc3339(sql`now`)} as at) as text
    ), placed as (
      insert into orders
        (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
      select id, "customerId", 'pending', lines, amount, currency,
             now + ${deadlineSeconds} * interval '1 second', now, now, history
      from json_to_recordset(${JSON.stringify(values)}::json) as placed
             (id uuid, "customerId" text, lines jsonb, amount bigint, currency text), clock
    )
    select at from clock`);
  return rows[0]?.at ?? "";
}
