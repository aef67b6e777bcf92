/** What the three services say of one order, read again while it changes. */
import { useQuery } from "@tanstack/preact-query";
import { CallError } from "../../api/problem.ts";
import { bodyOf, rest } from "../../api/rest.ts";
import { may } from "../../session/session.ts";
import { readNotifications } from "../notifications/notification-shapes.ts";
import { readOrder } from "./order-shapes.tsx";

export type Reservation = Awaited<ReturnType<typeof readReservation>>;

function readReservation(orderId: string) {
  return bodyOf(rest.inventory.reservations({ orderId }).get());
}

/** Milliseconds between readings of an order that is pending, and of one that is settled. */
const often = 500;
const seldom = 3_000;

export function useOrder(orderId: string) {
  const order = useQuery({
    queryKey: ["orders", "one", orderId],
    queryFn: () => readOrder(orderId),
    refetchInterval: ({ state }) => (state.data?.status === "pending" ? often : seldom),
  });
  const known = order.data !== undefined;
  // Inventory knows an order once it has answered, or was told that there will be nothing to answer.
  const answered = known && order.data?.status !== "pending";
  const refetchInterval = order.data?.status === "pending" ? often : seldom;
  const reservation = useQuery({
    queryKey: ["reservations", orderId],
    queryFn: () => unlessAbsent(readReservation(orderId)),
    enabled: answered && may("stock:read"),
    refetchInterval,
  });
  const notifications = useQuery({
    queryKey: ["notifications", "of-order", orderId],
    queryFn: () => readNotifications({ orderId, limit: 100 }),
    enabled: known && may("notifications:read"),
    refetchInterval,
  });
  return {
    order,
    reservation: reservation.data ?? undefined,
    notifications: notifications.data?.items ?? [],
    /** What could not be read beside the order. */
    missing: [reservation.error && "inventory", notifications.error && "notification"].filter(
      (service) => service !== null,
    ),
  };
}

/** Null where there is none, or not yet. */
async function unlessAbsent<Found>(found: Promise<Found>): Promise<Found | null> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof CallError && error.status === 404) return null;
    throw error;
  }
}
