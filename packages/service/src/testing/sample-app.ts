/** The smallest service there can be, as the tests of the platform use it. */

import { Type } from "@sinclair/typebox";
import type { Access } from "../access/caller.ts";
import { closed, createApp, route, uuid } from "../http/http.ts";
import { IdempotencyKey } from "../http/idempotency-key.ts";
import { cursorOf, pageOf, pageParameters } from "../http/pagination.ts";
import { Prefer, parsePrefer } from "../http/prefer.ts";
import { mapError, notFound, unprocessable } from "../http/problem.ts";
import type { Logger } from "../log.ts";
import type { Telemetry } from "../telemetry/telemetry.ts";
import { testGuard } from "./guard.ts";

class UnknownProduct extends Error {}

const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
const Line = closed({
  sku: Type.String({ pattern: "^[A-Z0-9-]{1,40}$" }),
  quantity: Type.Integer({ minimum: 1 }),
});
const NewOrder = closed(
  {
    customerId: Type.String({ maxLength: 40 }),
    lines: Type.Array(Line, { minItems: 1 }),
    note: Type.Optional(Type.String()),
  },
  { examples: [{ customerId: "c-1", lines: [{ sku: "MUG-1", quantity: 2 }] }] },
);
const Order = Type.Object(
  { id: uuid(), customerId: Type.String() },
  { $id: "Order", examples: [{ id, customerId: "c-1" }] },
);
const orderCursor = cursorOf(Type.Tuple([uuid()]));

export interface SampleOptions {
  /** To all of its routes. @default "public" */
  readonly access?: Access;
  readonly telemetry?: Telemetry;
}

export function sampleApp(log: Logger, { access = "public", telemetry }: SampleOptions = {}) {
  const errors = [
    mapError(UnknownProduct, (error) => unprocessable("unknown-product", "Unknown product", error.message)),
  ];
  const checks = { database: { run: () => {}, required: true } };
  return createApp({
    title: "Orders",
    version: "1.2.3",
    description: "Orders of a shop",
    log,
    guard: testGuard,
    errors,
    checks,
    telemetry,
  })
    .post(
      "/orders",
      ({ body, headers, set, status, trace, requestId }) => {
        if (body.lines.some(({ sku }) => sku === "UNKNOWN"))
          throw new UnknownProduct('There is no product "UNKNOWN".');
        log.info({ requestId, trace, wait: parsePrefer(headers.prefer).wait }, "order placed");
        set.headers.location = `/orders/${id}`;
        return status(202, { id, customerId: body.customerId });
      },
      route({
        access,
        summary: "Place an order",
        headers: Type.Object({
          "idempotency-key": Type.Optional(IdempotencyKey),
          prefer: Type.Optional(Prefer),
        }),
        body: NewOrder,
        responses: {
          202: { description: "Accepted", body: Order, headers: { location: "Where the order is" } },
        },
        problems: { 422: "Invalid, or of an unknown product" },
      }),
    )
    .get(
      "/orders",
      ({ query }) => {
        const rows = Array.from({ length: query.limit + 1 }, () => ({
          id,
          customerId: query.customerId ?? "c-1",
        }));
        return orderCursor.page(
          orderCursor.decode(query.after) ? rows.slice(1) : rows,
          query.limit,
          (row) => [row.id],
        );
      },
      route({
        access,
        summary: "List orders",
        query: closed({
          ...pageParameters,
          customerId: Type.Optional(Type.String()),
          open: Type.Optional(Type.Boolean()),
        }),
        responses: { 200: { description: "A page of orders", body: pageOf(Order) } },
      }),
    )
    .get(
      "/orders/:orderId",
      ({ params }) => {
        if (params.orderId !== id) throw notFound("order", params.orderId);
        return { id, customerId: "c-1" };
      },
      route({
        access,
        summary: "Find an order",
        params: closed({ orderId: uuid() }),
        responses: { 200: { description: "The order", body: Order } },
      }),
    )
    .post(
      "/orders/:orderId/cancel",
      ({ params }) => ({ id: params.orderId, customerId: "c-1" }),
      route({
        access,
        summary: "Cancel an order",
        params: closed({ orderId: uuid() }),
        responses: { 200: { description: "The order", body: Order } },
      }),
    );
}
