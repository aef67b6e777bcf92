/** The client's pact with the order service's REST calls; writes generated/pacts/client-order.json. */

import { id, problem, testClient, time } from "@orders/contract-tests/client";
import { Matchers } from "@pact-foundation/pact";
import { customerId, lamp, orderId } from "./orders.ts";

const { sku } = lamp;
const unknownId = "019a4f2e-9c44-7e02-8a17-5b7d90c2e4f2";
const { integer, string, regex, eachLike } = Matchers;
const money = (amount: number) => ({ amount: integer(amount), currency: regex("^[A-Z]{3}$", "EUR") });
const newOrder = { customerId, lines: [{ sku, quantity: 2 }] };

/** @param changes status and cause of each, oldest first */
function order(...changes: readonly (readonly [status: string, cause: string])[]) {
  return {
    id: id(orderId),
    customerId,
    status: changes.at(-1)?.[0],
    lines: eachLike({
      sku: string(sku),
      name: string(lamp.name),
      quantity: integer(2),
      unitPrice: money(3950),
    }),
    total: money(7900),
    createdAt: time(),
    updatedAt: time(),
    history: changes.map(([status, cause]) => ({ status, cause, at: time() })),
  };
}

const placed = ["pending", "placed"] as const;
const confirmed = ["confirmed", "stock.reserved"] as const;

testClient("order", [
  {
    what: "places an order",
    customerId,
    given: "a product that can be ordered",
    call: "POST /orders",
    body: newOrder,
    answer: {
      status: 202,
      headers: { Location: { pattern: "^/orders/[0-9a-f-]{36}$", example: `/orders/${orderId}` } },
      body: order(placed),
    },
  },
  {
    what: "orders a product that is not known yet",
    customerId,
    given: "no products",
    call: "POST /orders",
    body: newOrder,
    answer: problem(422, "unknown-product"),
  },
  {
    what: "follows an order",
    customerId,
    given: "a confirmed order",
    call: `GET /orders/${orderId}`,
    answer: { status: 200, body: order(placed, confirmed) },
  },
  {
    what: "asks for an order that does not exist",
    customerId,
    given: "a pending order",
    call: `GET /orders/${unknownId}`,
    answer: problem(404, "not-found"),
  },
  {
    what: "lists the pending orders of a customer",
    customerId,
    given: "a pending order",
    call: `GET /orders?customerId=${customerId}&status=pending`,
    answer: { status: 200, body: { items: eachLike(order(placed)), next: null } },
  },
  {
    what: "cancels an order",
    customerId,
    given: "a pending order",
    call: `POST /orders/${orderId}/cancel`,
    answer: {
      status: 200,
      body: { ...order(placed, ["cancelled", "cancel requested"]), reason: { code: "cancelled" } },
    },
  },
  {
    what: "ships an order",
    given: "a confirmed order",
    call: `POST /orders/${orderId}/ship`,
    answer: { status: 200, body: order(placed, confirmed, ["shipped", "ship requested"]) },
  },
  {
    what: "ships an order as a customer",
    customerId,
    given: "a confirmed order",
    call: `POST /orders/${orderId}/ship`,
    answer: problem(403, "forbidden"),
  },
  {
    what: "ships an order too early",
    given: "a pending order",
    call: `POST /orders/${orderId}/ship`,
    answer: problem(409, "status-conflict"),
  },
]);
