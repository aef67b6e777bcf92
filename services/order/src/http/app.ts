/** The REST calls of the order service: each runs a command or a query. */

import type { OrderOutbox } from "@orders/generated/order";
import { type Database, groupCommit, type Transaction } from "@rabbit-contract/postgres";
import { stopSignal } from "@rabbit-contract/service";
import { limitedTo, subjectMeant } from "@rabbit-contract/service/access";
import {
  answer,
  type ConventionOptions,
  createApp,
  cursorOf,
  notFound,
  pageOf,
  problem,
  uuid,
  waitIn,
} from "@rabbit-contract/service/http";
import { Type } from "@sinclair/typebox";
import { may } from "../access.ts";
import { cancelOrder } from "../commands/cancel-order.ts";
import type { CommandContext } from "../commands/context.ts";
import { type OrderRequest, placeOrders } from "../commands/place-orders.ts";
import { shipOrder } from "../commands/ship-order.ts";
import { accepted, idempotentRequest, orderKeys } from "../idempotency.ts";
import type { Order } from "../order.ts";
import { findOrder, listOrders } from "../queries/orders.ts";
import type { SettlementWaiter } from "../queries/settlement-waiter.ts";
import { refusals } from "./problems.ts";
import * as schemas from "./schemas.ts";

export interface OrderAppOptions extends Omit<ConventionOptions, "errors"> {
  readonly database: Database;
  readonly outbox: OrderOutbox<Transaction>;
  readonly settlements: SettlementWaiter;
  /** Seconds after which an order that is still pending expires. */
  readonly deadlineSeconds: number;
}

const byId = cursorOf(Type.Tuple([uuid()]));
const placedHeaders = {
  location: "Path of the order",
  "preference-applied": "The granted wait, if one was requested",
};

/** For a typed client: `treaty<App>(url)` of @elysiajs/eden. */
export type App = ReturnType<typeof createOrderApp>;

export function createOrderApp(options: OrderAppOptions) {
  const { database, outbox, settlements, deadlineSeconds } = options;
  const run = <Result>(command: (context: CommandContext) => Promise<Result>) =>
    database.transaction((tx) => command({ tx, outbox }));
  const placeTogether = groupCommit((requests: readonly OrderRequest[]) =>
    run((context) => placeOrders(context, { requests, deadlineSeconds })),
  );

  /** The order once it is settled, if that happens within the request's wait. */
  async function settled(order: Order, seconds: number, request: Request): Promise<Order | undefined> {
    if (order.status !== "pending") return order;
    const stop = stopSignal(request);
    const signal = stop === undefined ? request.signal : AbortSignal.any([request.signal, stop]);
    return settlements.settled(order.id, { timeout: seconds * 1000, signal });
  }

  return createApp({
    ...options,
    title: "Orders",
    version: "1.0.0",
    description: "Accepts orders and reports what happens to them.",
    errors: refusals,
  })
    .post(
      "/orders",
      async ({ body, caller, headers, request, trace, set, status }) => {
        subjectMeant(caller, body.customerId);
        const key = headers["idempotency-key"];
        const idempotency = key === undefined ? undefined : idempotentRequest(key, body);
        const placement = await placeTogether({ ...body, idempotency, cause: trace });
        if (placement.kind === "refused") throw placement.refusal;

        const { order } = placement;
        set.headers.location = `/orders/${order.id}`;
        const wait = waitIn(headers.prefer);
        if (wait !== undefined) {
          set.headers["preference-applied"] = `wait=${wait}`;
          const final = await settled(order, wait, request);
          if (final !== undefined) {
            if (placement.kind === "placed" && idempotency) {
              await orderKeys.record(database, idempotency, { status: 200 });
            }
            return status(200, final);
          }
        }
        const first = placement.kind === "repeated" ? placement.status : accepted;
        return first === accepted ? status(202, order) : status(200, order);
      },
      {
        access: may.place,
        headers: schemas.PlacingHeaders,
        body: schemas.NewOrder,
        response: {
          200: answer(
            schemas.Order,
            "The order, settled within the time given by `Prefer: wait=N`",
            placedHeaders,
          ),
          202: answer(schemas.Order, "The order is accepted, and will be settled", placedHeaders),
          422: problem(
            "The request is invalid, a product is unknown, a quantity or the total is too high, currencies are mixed, or the idempotency key was used with another body. Nothing is stored under the key.",
          ),
        },
        detail: {
          summary: "Place an order",
          description:
            "Customers order for themselves, at current prices. The order is settled once inventory answers: fetch it later, or have this call wait.",
        },
      },
    )
    .get(
      "/orders",
      ({ caller, query: { customerId: named, limit, after: cursor, ...filter } }) => {
        const customerId = subjectMeant(caller, named);
        return byId.page(
          { limit, after: cursor },
          (after, count) =>
            listOrders(database.sql, { ...filter, customerId, after: after?.[0], limit: count }),
          (order) => [order.id],
        );
      },
      {
        access: may.read,
        query: schemas.OrderQuery,
        response: { 200: pageOf(schemas.Order, "A page of orders") },
        detail: {
          summary: "List orders",
          description: "Newest first. A customer sees their own.",
        },
      },
    )
    .get(
      "/orders/:orderId",
      async ({ caller, params: { orderId } }) => {
        const order = await findOrder(database.sql, orderId, limitedTo(caller));
        if (order === undefined) throw notFound("order", orderId);
        return order;
      },
      {
        access: may.read,
        params: schemas.OrderPath,
        response: { 200: schemas.Order, 404: problem("There is no such order") },
        detail: { summary: "Get an order with its history" },
      },
    )
    .post(
      "/orders/:orderId/cancel",
      ({ caller, params: { orderId }, trace }) =>
        run((context) => cancelOrder(context, { orderId, customerId: limitedTo(caller), cause: trace })),
      {
        access: may.cancel,
        params: schemas.OrderPath,
        response: {
          200: answer(schemas.Order, "The cancelled order"),
          404: problem("There is no such order"),
          409: problem("The order is neither pending nor confirmed; `orderStatus` has its status"),
        },
        detail: {
          summary: "Cancel an order",
          description: "Releases what is reserved for it. Cancelling again changes nothing.",
        },
      },
    )
    .post(
      "/orders/:orderId/ship",
      ({ params: { orderId }, trace }) => run((context) => shipOrder(context, { orderId, cause: trace })),
      {
        access: may.ship,
        params: schemas.OrderPath,
        response: {
          200: answer(schemas.Order, "The shipped order"),
          404: problem("There is no such order"),
          409: problem("The order is not confirmed; `orderStatus` has its status"),
        },
        detail: {
          summary: "Ship an order",
          description: "What is reserved for it leaves the warehouse. Shipping again changes nothing.",
        },
      },
    );
}
