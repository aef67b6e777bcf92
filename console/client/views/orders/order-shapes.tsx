/** An order as the service answers it. */
import type { VNode } from "preact";
import { bodyOf, rest } from "../../api/rest.ts";
import { Badge, type Tone } from "../../parts/badge.tsx";

export type Order = Awaited<ReturnType<typeof readOrder>>;
type Status = Order["status"];

export function readOrder(orderId: string) {
  return bodyOf(rest.order.orders({ orderId }).get());
}

const tones: Readonly<Record<Status, Tone>> = {
  pending: "warn",
  confirmed: "good",
  rejected: "bad",
  cancelled: "plain",
  expired: "plain",
  shipped: "accent",
};
export const statuses = Object.keys(tones) as Status[];

export function StatusBadge({ status }: { readonly status: Status }): VNode {
  return <Badge tone={tones[status]}>{status}</Badge>;
}
