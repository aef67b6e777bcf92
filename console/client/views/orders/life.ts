/** An order's life as a sequence: what each service says of it, put together. */
import { count } from "../../parts/values.tsx";
import type { Notification } from "../notifications/notification-shapes.ts";
import type { Order } from "./order-shapes.tsx";
import { routes } from "./routes.ts" with { type: "macro" };
import type { MessageRoute } from "./routes.ts";
import type { Reservation } from "./sources.ts";

/** One line of the picture, and of the list beneath it. */
export type LifeEvent =
  | {
      readonly kind: "call";
      readonly at: string;
      readonly call: string;
      readonly traceId: string | undefined;
    }
  | {
      readonly kind: "message";
      readonly at: string;
      readonly type: string;
      readonly id: string | undefined;
      readonly from: string;
      readonly to: readonly string[];
      readonly traceId: string | undefined;
    }
  | { readonly kind: "state"; readonly at: string; readonly status: Order["status"] }
  | { readonly kind: "work"; readonly at: string; readonly service: string; readonly text: string };

const routeOf: Readonly<Record<string, MessageRoute>> = routes();

const calls: Readonly<Record<string, string>> = {
  placed: "POST /orders",
  "cancel requested": "POST …/cancel",
  "ship requested": "POST …/ship",
};
const reports: Readonly<Record<Order["status"], string>> = {
  pending: "order.created",
  confirmed: "order.confirmed",
  rejected: "order.rejected",
  cancelled: "order.cancelled",
  expired: "order.expired",
  shipped: "order.shipped",
};

interface Sources {
  readonly order: Order;
  /** Unless it is not known, or not shown to the person. */
  readonly reservation: Reservation | undefined;
  readonly notifications: readonly Notification[];
}

/** Oldest first. */
export function lifeOf({ order, reservation, notifications }: Sources): LifeEvent[] {
  const events = [
    ...order.history.flatMap(stepEvents),
    ...(reservation ? reservationEvents(reservation) : []),
    ...notifications.flatMap(notificationEvents),
  ];
  // Stable: what has one time stays in the order of its causes.
  return events.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function stepEvents({
  status,
  at,
  cause,
  messageId,
  causationId,
  traceId,
}: Order["history"][number]): LifeEvent[] {
  const call = calls[cause];
  return [
    ...(call === undefined ? [] : [{ kind: "call" as const, at, call, traceId }]),
    ...messageOf(cause, at, causationId, traceId),
    { kind: "state", at, status },
    ...messageOf(reports[status], at, messageId, traceId),
  ];
}

function messageOf(
  type: string,
  at: string,
  id: string | undefined,
  traceId: string | undefined,
): LifeEvent[] {
  const route = routeOf[type];
  return route === undefined ? [] : [{ kind: "message", at, type, id, ...route, traceId }];
}

function reservationEvents({ status, lines, createdAt, updatedAt }: Reservation): LifeEvent[] {
  const service = "inventory";
  const first = status === "rejected" ? "insufficient stock" : `reserves ${count(lines.length, "line")}`;
  const created: LifeEvent[] =
    lines.length === 0 ? [] : [{ kind: "work", at: createdAt, service, text: first }];
  const end = { released: "releases the stock", taken: "takes the stock" };
  if (status !== "released" && status !== "taken") return created;
  return [...created, { kind: "work", at: updatedAt, service, text: end[status] }];
}

function notificationEvents({ kind, createdAt, deliveries }: Notification): LifeEvent[] {
  const service = "notification";
  return [
    { kind: "work", at: createdAt, service, text: `notifies: ${kind.replace("order-", "")}` },
    ...deliveries
      .filter(({ status }) => status !== "pending")
      .map(({ channel, status, at }) => ({
        kind: "work" as const,
        at,
        service,
        text: `${channel} ${status}`,
      })),
  ];
}
