/** An order as the service answers it. */
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";

export type Order = Awaited<ReturnType<typeof readOrder>>;
export type Status = Order["status"];
export const statuses: readonly Status[] = [
  "pending",
  "confirmed",
  "rejected",
  "cancelled",
  "expired",
  "shipped",
];

export function readOrder(orderId: string) {
  return bodyOf(rest.order.orders({ orderId }).get());
}

const tones: Readonly<Record<Status, Tone>> = {
  pending: "warn",
  confirmed: "good",
  shipped: "accent",
  rejected: "bad",
  cancelled: "plain",
  expired: "plain",
};

export function StatusBadge({ status }: { readonly status: Status }): VNode {
  return <Badge tone={tones[status]}>{status}</Badge>;
}
