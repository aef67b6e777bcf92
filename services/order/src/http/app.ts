/** The REST calls of the order service. Everything they do is done by a use case. */

import type { OrderOutbox } from "@orders/generated/order";
import { type Database, isUnavailable, type Transaction } from "@rabbit-contract/postgres";
import { type Logger, stopSignal } from "@rabbit-contract/service";
import { customerMeant, customerOf, type Guard } from "@rabbit-contract/service/access";
import {
  createApp,
  cursorOf,
  type HealthChecks,
  notFound,
  pageOf,
  parsePrefer,
  route,
  uuid,
} from "@rabbit-contract/service/http";
import type { Telemetry } from "@rabbit-contract/service/telemetry";
import { Type } from "@sinclair/typebox";
import { cancelOrder } from "../commands/cancel-order.ts";
import { recordStatus, requestHash } from "../commands/idempotency.ts";
import { createPlaceOrder } from "../commands/place-orders.ts";
import type { Requested } from "../commands/request-transition.ts";
import { shipOrder } from "../commands/ship-order.ts";
import type { Order } from "../order.ts";
import { findOrder, listOrders } from "../queries/find-orders.ts";
import type { SettlementWaiter } from "../queries/settlement-waiter.ts";
import { refusedOrder, reusedKey, wrongStatus } from "./problems.ts";
import * as schemas from "./schemas.ts";

export interface OrderAppOptions {
  readonly database: Database;
  readonly outbox: OrderOutbox<Transaction>;
  readonly settlements: SettlementWaiter;
  /** Seconds after which an order that is still pending expires. */
  readonly deadlineSeconds: number;
  readonly log: Logger;
  readonly guard: Guard;
  readonly checks?: HealthChecks;
  readonly telemetry?: Telemetry | undefined;
}

const byId = cursorOf(Type.Tuple([uuid()]));
const accepted = 202;

export function createOrderApp(options: OrderAppOptions) {
  const { database, outbox, settlements, log, guard, checks = {}, telemetry } = options;
  const placeOrder = createPlaceOrder(options, database);

  /** The order once it is settled, if that happens while the request is willing to wait. */
  async function settled(order: Order, seconds: number, request: Request): Promise<Order | undefined> {
    if (order.status !== "pending") return order;
    const stop = stopSignal(request);
    const signal = stop === undefined ? request.signal : AbortSignal.any([request.signal, stop]);
    return settlements.settled(order.id, { timeout: seconds * 1000, signal });
  }

  return createApp({
    title: "Orders",
    version: "1.0.0",
    description: "Takes orders, and tells what becomes of them.",
    log,
    guard,
    checks,
    telemetry,
    isUnavailable,
  })
    .post(
      "/orders",
      async ({ body, caller, headers, request, trace, set, status }) => {
        customerMeant(caller, body.customerId);
        const key = headers["idempotency-key"];
        const idempotency =
          key === undefined ? undefined : { key, hash: requestHash(body), status: accepted };
        const placement = await placeOrder({ ...body, idempotency, trace });
        if (placement.kind === "refused") throw refusedOrder(placement.refusals);
        if (placement.kind === "key-reused") throw reusedKey(key ?? "");

        const { order } = placement;
        set.headers.location = `/orders/${order.id}`;
        const { wait } = parsePrefer(headers.prefer);
        if (wait !== undefined) {
          set.headers["preference-applied"] = `wait=${wait}`;
          const final = await settled(order, wait, request);
          if (final !== undefined) {
            if (placement.kind === "placed" && key !== undefined) {
              await recordStatus(database.sql, { customerId: order.customerId, key }, 200);
            }
            return status(200, final);
          }
        }
        const first = placement.kind === "repeated" ? placement.status : accepted;
        return first === accepted ? status(202, order) : status(200, order);
      },
      route({
        summary: "Place an order",
        access: "customer",
        description:
          "A customer orders for themselves. Prices are those of the moment. The order is settled by the inventory; ask for it, or let this call wait.",
        headers: schemas.PlacingHeaders,
        body: schemas.NewOrder,
        responses: {
          200: {
            description: "The order, settled within the time that `Prefer: wait=N` gave",
            body: schemas.Order,
            headers: placedHeaders,
          },
          202: { description: "The order, accepted for good", body: schemas.Order, headers: placedHeaders },
        },
        problems: {
          422:
            "The request is invalid, a product unknown, a quantity or the total too high, currencies are mixed, or " +
            "the idempotency key came with another body before. Nothing is kept under the key.",
        },
      }),
    )
    .get(
      "/orders",
      async ({ caller, query: { customerId: named, status, after, limit } }) => {
        const [id] = byId.decode(after) ?? [];
        const customerId = customerMeant(caller, named);
        const orders = await listOrders(database.sql, { customerId, status, after: id, limit: limit + 1 });
        return byId.page(orders, limit, (order) => [order.id]);
      },
      route({
        summary: "List orders",
        access: "customer",
        description: "The newest first. A customer sees their own.",
        query: schemas.OrderQuery,
        responses: { 200: { description: "A page of orders", body: pageOf(schemas.Order) } },
      }),
    )
    .get(
      "/orders/:orderId",
      async ({ caller, params: { orderId } }) => {
        const order = await findOrder(database.sql, orderId, customerOf(caller));
        if (order === undefined) throw notFound("order", orderId);
        return order;
      },
      route({
        summary: "Get an order with its history",
        access: "customer",
        params: schemas.OrderPath,
        responses: { 200: { description: "The order", body: schemas.Order } },
      }),
    )
    .post(
      "/orders/:orderId/cancel",
      async ({ caller, params: { orderId }, trace }) => {
        const options = { trace, customerId: customerOf(caller) };
        const result = await database.transaction((tx) => cancelOrder(outbox, tx, orderId, options));
        return orderAfter(result, orderId, "cancelled", "a pending or confirmed order");
      },
      route({
        summary: "Cancel an order",
        access: "customer",
        description: "What is reserved for it is released. Cancelling again changes nothing.",
        params: schemas.OrderPath,
        responses: { 200: { description: "The cancelled order", body: schemas.Order } },
        problems: { 409: "It is neither pending nor confirmed; `orderStatus` says what it is" },
      }),
    )
    .post(
      "/orders/:orderId/ship",
      async ({ params: { orderId }, trace }) => {
        const result = await database.transaction((tx) => shipOrder(outbox, tx, orderId, trace));
        return orderAfter(result, orderId, "shipped", "a confirmed order");
      },
      route({
        summary: "Ship an order",
        access: "operator",
        description: "What is reserved for it leaves the warehouse. Shipping again changes nothing.",
        params: schemas.OrderPath,
        responses: { 200: { description: "The shipped order", body: schemas.Order } },
        problems: { 409: "It is not confirmed; `orderStatus` says what it is" },
      }),
    );
}

const placedHeaders = {
  location: "Path of the order",
  "preference-applied": "The wait that was granted, when one was asked for",
};

function orderAfter(result: Requested, id: string, what: string, allowed: string): Order {
  if (result.kind === "unknown") throw notFound("order", id);
  if (result.kind === "refused") throw wrongStatus(result.order, what, allowed);
  return result.order;
}
