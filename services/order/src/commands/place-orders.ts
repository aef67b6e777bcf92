/** Places orders: prices them, keeps them, and tells the inventory. */

import type { OrderOutbox } from "@orders/generated/order";
import { uuidv7 } from "@rabbit-contract/messaging";
import { type Database, groupCommit, type Transaction } from "@rabbit-contract/postgres";
import { readProducts } from "../messages/products.ts";
import type { Order, Trace } from "../order.ts";
import {
  claimKeys,
  findFirstRequests,
  type IdempotentRequest,
  type KeyClaim,
  nameOf,
  releaseKeys,
} from "./idempotency.ts";
import { insertOrders, type NewOrder } from "./insert-orders.ts";
import { priceOrder, type Refusal, type RequestedLine } from "./price-order.ts";

export interface OrderRequest {
  readonly customerId: string;
  /** At least one. */
  readonly lines: readonly RequestedLine[];
  readonly idempotency?: IdempotentRequest | undefined;
  readonly trace?: Trace;
}

/** What became of a request. Only `placed` has written anything. */
export type Placement =
  | { readonly kind: "placed"; readonly order: Order }
  /** The key's first request made the order, here as it is now; `status` is what that request was answered with. */
  | { readonly kind: "repeated"; readonly order: Order; readonly status: number }
  /** The key's first request had another body. */
  | { readonly kind: "key-reused" }
  | { readonly kind: "refused"; readonly refusals: readonly Refusal[] };

export interface PlacingOptions {
  readonly outbox: OrderOutbox<Transaction>;
  /** Seconds after which an order that is still pending expires. */
  readonly deadlineSeconds: number;
}

interface Draft {
  readonly id: string;
  readonly request: OrderRequest;
}

/**
 * Places any number of orders with the same few statements; one that is refused does not hurt the others.
 * Requests of a customer with one idempotency key make one order, whether they come in one call, at once or later: all but
 * the first wait for its transaction to end.
 *
 * @returns one placement for each request, in the same sequence
 */
export async function placeOrders(
  options: PlacingOptions,
  tx: Transaction,
  requests: readonly OrderRequest[],
): Promise<Placement[]> {
  const drafts = requests.map((request) => ({ id: uuidv7(), request }));
  const claimed = await claimKeys(tx, drafts.flatMap(claimOf));
  const isFirst = ({ id, request }: Draft) => request.idempotency === undefined || claimed.has(id);

  const placements = await placeFirst(options, tx, drafts.filter(isFirst));
  const repeated = await answerRepeated(
    options,
    tx,
    drafts.filter((draft) => !isFirst(draft)),
  );
  return drafts.flatMap(({ id }) => placements.get(id) ?? repeated.get(id) ?? []);
}

/** Places one order, together with those that are asked for at the same time. */
export type PlaceOrder = (request: OrderRequest) => Promise<Placement>;

export function createPlaceOrder(options: PlacingOptions, database: Database): PlaceOrder {
  return groupCommit((requests) => database.transaction((tx) => placeOrders(options, tx, requests)));
}

function claimOf({ id, request: { customerId, idempotency } }: Draft): KeyClaim[] {
  return idempotency === undefined ? [] : [{ id, customerId, idempotency }];
}

async function placeFirst(
  { outbox, deadlineSeconds }: PlacingOptions,
  tx: Transaction,
  drafts: readonly Draft[],
): Promise<Map<string, Placement>> {
  const placements = new Map<string, Placement>();
  if (drafts.length === 0) return placements;
  const skus = drafts.flatMap(({ request }) => request.lines.map(({ sku }) => sku));
  const products = await readProducts(tx, [...new Set(skus)]);

  const accepted: (Draft & NewOrder)[] = [];
  const refused: Draft[] = [];
  for (const draft of drafts) {
    const pricing = priceOrder(draft.request.lines, products);
    if ("refusals" in pricing) {
      refused.push(draft);
      placements.set(draft.id, { kind: "refused", refusals: pricing.refusals });
    } else {
      accepted.push({ ...draft, customerId: draft.request.customerId, ...pricing });
    }
  }
  // What is refused now may be accepted a moment later, when the product has arrived.
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
    outbox.orderCreated(tx, { orderId: id, customerId, lines, total, createdAt }, request.trace);
  }
  return placements;
}

async function answerRepeated(
  options: PlacingOptions,
  tx: Transaction,
  drafts: readonly Draft[],
): Promise<Map<string, Placement>> {
  const first = await findFirstRequests(tx, drafts.flatMap(claimOf));
  const placements = new Map<string, Placement>();
  const unanswered: Draft[] = [];
  for (const draft of drafts) {
    const { customerId, idempotency } = draft.request;
    const answer = first.get(nameOf(customerId, idempotency?.key ?? ""));
    if (answer === undefined) unanswered.push(draft);
    else if (answer.hash !== idempotency?.hash) placements.set(draft.id, { kind: "key-reused" });
    else placements.set(draft.id, { kind: "repeated", order: answer.order, status: answer.status });
  }
  // The key's first request was refused in this very call: now another one is the first.
  if (unanswered.length > 0) {
    const again = await placeOrders(
      options,
      tx,
      unanswered.map(({ request }) => request),
    );
    for (const [index, placement] of again.entries()) placements.set(unanswered[index]?.id ?? "", placement);
  }
  return placements;
}
