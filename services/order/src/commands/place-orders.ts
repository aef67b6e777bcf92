import {
  type IdempotentRequest,
  KeyReused,
  newUuid,
  rfc3339,
  type Transaction,
} from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import { accepted, orderKeys } from "../idempotency.ts";
import type { Money, Order, OrderLine } from "../order.ts";
import { priceOrder, type RequestedLine } from "../pricing.ts";
import { findOrders } from "../queries/orders.ts";
import { readProducts } from "../queries/products.ts";
import { CannotBePriced } from "../refusals.ts";
import { type Step, stepOf } from "../step.ts";
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
  | { readonly kind: "refused"; readonly refusal: CannotBePriced | KeyReused };

export interface OrdersToPlace {
  readonly requests: readonly OrderRequest[];
  /** Seconds after which an order that is still pending expires. */
  readonly deadlineSeconds: number;
}

interface Draft {
  readonly request: OrderRequest;
  /** The order's id, if a key was claimed for it. */
  readonly id?: string | undefined;
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
  const claimed = await orderKeys.claim(context.tx, requests.flatMap(keyOf), accepted);
  const ids = new Map(claimed);
  const drafts = requests.map((request): Draft => {
    const { idempotency } = request;
    const id = idempotency && ids.get(idempotency);
    if (idempotency) ids.delete(idempotency); // the same object may be given twice
    return { request, id };
  });
  const isFirst = ({ request, id }: Draft) => request.idempotency === undefined || id !== undefined;

  const placements = await placeFirst(context, drafts.filter(isFirst), deadlineSeconds);
  const repetitions = drafts.filter((draft) => !isFirst(draft));
  const repeated = await answerRepeated(context, repetitions, deadlineSeconds);
  return drafts.flatMap((draft) => placements.get(draft) ?? repeated.get(draft) ?? []);
}

function keyOf({ idempotency }: OrderRequest): IdempotentRequest[] {
  return idempotency === undefined ? [] : [idempotency];
}

async function placeFirst(
  { tx, outbox }: CommandContext,
  drafts: readonly Draft[],
  deadlineSeconds: number,
): Promise<Map<Draft, Placement>> {
  const placements = new Map<Draft, Placement>();
  if (drafts.length === 0) return placements;
  const skus = drafts.flatMap(({ request }) => request.lines.map(({ sku }) => sku));
  const products = await readProducts(tx, [...new Set(skus)]);

  const accepted: (NewOrder & ReturnType<typeof stepOf> & { readonly draft: Draft })[] = [];
  const refused: OrderRequest[] = [];
  for (const draft of drafts) {
    const { request, id } = draft;
    const pricing = priceOrder(request.lines, products);
    if ("problems" in pricing) {
      refused.push(request);
      placements.set(draft, { kind: "refused", refusal: new CannotBePriced(pricing.problems) });
    } else {
      accepted.push({ draft, id, customerId: request.customerId, ...pricing, ...stepOf(request) });
    }
  }
  // A refused request may be accepted a moment later, once the product has arrived.
  await orderKeys.release(tx, refused.flatMap(keyOf));

  const { ids, at: createdAt } = await insertOrders(tx, accepted, deadlineSeconds);
  for (const [index, { draft, customerId, lines, total, step, context }] of accepted.entries()) {
    const id = ids[index] ?? "";
    const order: Order = {
      id,
      customerId,
      status: "pending",
      lines,
      total,
      createdAt,
      updatedAt: createdAt,
      history: [{ status: "pending", at: createdAt, cause: "placed", ...step }],
    };
    placements.set(draft, { kind: "placed", order });
    outbox.orderCreated(tx, { orderId: id, customerId, lines, total, createdAt }, context);
  }
  return placements;
}

async function answerRepeated(
  context: CommandContext,
  drafts: readonly Draft[],
  deadlineSeconds: number,
): Promise<Map<Draft, Placement>> {
  const placements = new Map<Draft, Placement>();
  if (drafts.length === 0) return placements;
  const first = await orderKeys.find(
    context.tx,
    drafts.flatMap(({ request }) => keyOf(request)),
  );
  const ids = [...first.values()].flatMap((one) => (one instanceof KeyReused ? [] : [one.answer]));
  const orders = new Map((await findOrders(context.tx.sql, ids)).map((order) => [order.id, order]));
  const unanswered: Draft[] = [];
  for (const draft of drafts) {
    const { idempotency } = draft.request;
    const answer = idempotency && first.get(idempotency);
    if (answer === undefined) unanswered.push(draft);
    else if (answer instanceof KeyReused) placements.set(draft, { kind: "refused", refusal: answer });
    else {
      const order = orders.get(answer.answer);
      if (order === undefined) throw new Error(`the order ${answer.answer} of an idempotency key is missing`);
      placements.set(draft, { kind: "repeated", order, status: answer.status });
    }
  }
  // The key's first request was refused in this call, so the next one becomes the first.
  if (unanswered.length > 0) {
    const requests = unanswered.map(({ request }) => request);
    const again = await placeOrders(context, { requests, deadlineSeconds });
    for (const [index, draft] of unanswered.entries()) {
      const placement = again[index];
      if (placement) placements.set(draft, placement);
    }
  }
  return placements;
}

export interface NewOrder {
  /** @default generated by the database */
  readonly id?: string | undefined;
  readonly customerId: string;
  readonly lines: OrderLine[];
  readonly total: Money;
  readonly step: Step;
}

export interface InsertedOrders {
  /** In the order of the given orders. */
  readonly ids: readonly string[];
  /** When they were placed, the same for all; "" for none. */
  readonly at: string;
}

/** Inserts pending orders. Their ids and times are those of the database's clock, which later reads compare them with. */
export async function insertOrders(
  tx: Transaction,
  orders: readonly NewOrder[],
  deadlineSeconds: number,
): Promise<InsertedOrders> {
  if (orders.length === 0) return { ids: [], at: "" };
  const values = orders.map(({ id, customerId, lines, total, step }) => ({
    id,
    customerId,
    lines,
    step,
    ...total,
  }));
  // Materialized, so that the time is formatted once and not for each row. It is not the transaction's start time:
  // orders are listed by ids, which contain the time they are generated, and the transaction may have waited for a key.
  const { rows } = await tx.sql.execute<{ ids: string[]; at: string }>(sql`
    with clock as materialized (
      select now, at, jsonb_build_object('status', 'pending', 'at', at, 'cause', 'placed') as entry
      from (select date_trunc('milliseconds', clock_timestamp()) as now) as rounded, lateral (select ${rfc3339(sql`now`)} as at) as text
    ), identified as materialized (
      select coalesce(id, ${newUuid}) as id, "customerId", lines, amount, currency, step
      from json_to_recordset(${JSON.stringify(values)}::json) as placed
             (id uuid, "customerId" text, lines jsonb, amount bigint, currency text, step jsonb)
    ), placed as (
      insert into orders
        (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
      select id, "customerId", 'pending', lines, amount, currency,
             now + ${deadlineSeconds} * interval '1 second', now, now, jsonb_build_array(entry || step)
      from identified, clock
    )
    select at, (select array_agg(id)::text[] from identified) as ids from clock`);
  return rows[0] ?? { ids: [], at: "" };
}
