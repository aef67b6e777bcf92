/** A transition that a person asks for, of one order, and may ask for twice. */
import type { Transaction } from "@rabbit-contract/postgres";
import type { Order, OrderStatus } from "../order.ts";
import { findOrder } from "../queries/find-orders.ts";
import { ordersById, type Transition, transition } from "./transition.ts";

export type Requested =
  | { readonly kind: "moved"; readonly order: Order; readonly previousStatus: OrderStatus }
  /** It had happened before. */
  | { readonly kind: "already"; readonly order: Order }
  /** The order's status does not allow it. */
  | { readonly kind: "refused"; readonly order: Order }
  | { readonly kind: "unknown" };

export interface Chosen {
  readonly id: string;
  /** The only customer whose orders there are for whoever asks. @default everybody's */
  readonly customerId?: string | undefined;
}

export async function requestTransition(
  tx: Transaction,
  { id, customerId }: Chosen,
  change: Transition,
): Promise<Requested> {
  const [attempt] = await transition(tx, ordersById([id], customerId), change);
  const order = attempt && (await findOrder(tx.sql, id));
  if (order === undefined) return { kind: "unknown" };
  if (attempt?.moved) return { kind: "moved", order, previousStatus: attempt.previousStatus };
  return { kind: order.status === change.to ? "already" : "refused", order };
}
