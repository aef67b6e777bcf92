/** The client's pact with the inventory's REST calls; writes generated/pacts/client-inventory.json. */

import { id, problem, testClient, time } from "@orders/contract-tests/client";
import { Matchers } from "@pact-foundation/pact";
import { orderId, sku } from "./stock.ts";

const { integer, string, regex, eachLike } = Matchers;
const price = { amount: 3950, currency: "EUR" };
const newProduct = { sku, name: "Desk lamp", unitPrice: price };

function product(stock: { onHand: number; reserved: number; available: number }, amount = price.amount) {
  const unitPrice = { amount, currency: regex("^[A-Z]{3}$", "EUR") };
  return { sku, name: string("Desk lamp"), unitPrice, stock };
}

function movement(quantity: number) {
  return {
    id: id("019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d02"),
    sku,
    quantity,
    reason: "receipt",
    createdAt: time(),
  };
}

testClient("inventory", [
  {
    what: "creates a product",
    given: "no products",
    call: "POST /products",
    body: newProduct,
    answer: {
      status: 201,
      headers: { Location: { pattern: "^/products/.+$", example: `/products/${sku}` } },
      body: product({ onHand: 0, reserved: 0, available: 0 }),
    },
  },
  {
    what: "creates a product that already exists",
    given: "a product in stock",
    call: "POST /products",
    body: newProduct,
    answer: problem(409, "product-exists"),
  },
  {
    what: "lists products",
    customerId: "c-1042",
    given: "a product in stock",
    call: "GET /products?category=lighting&limit=10",
    answer: {
      status: 200,
      body: { items: eachLike(product({ onHand: 10, reserved: 0, available: 10 })), next: null },
    },
  },
  {
    what: "gets a product with its stock",
    customerId: "c-1042",
    given: "a product that is reserved for an order",
    call: `GET /products/${sku}`,
    answer: { status: 200, body: product({ onHand: 10, reserved: 2, available: 8 }) },
  },
  {
    what: "asks for a product that does not exist",
    customerId: "c-1042",
    given: "no products",
    call: `GET /products/${sku}`,
    answer: problem(404, "not-found"),
  },
  {
    what: "changes a price",
    given: "a product in stock",
    call: `PATCH /products/${sku}`,
    body: { unitPrice: { amount: 3750 } },
    answer: { status: 200, body: product({ onHand: 10, reserved: 0, available: 10 }, 3750) },
  },
  {
    what: "books a delivery",
    given: "a product that is sold out",
    call: `POST /products/${sku}/stock-movements`,
    body: { quantity: 40, reason: "receipt" },
    answer: { status: 201, body: movement(40) },
  },
  {
    what: "removes more than is in stock",
    given: "a product in stock",
    call: `POST /products/${sku}/stock-movements`,
    body: { quantity: -11, reason: "loss" },
    answer: problem(409, "stock-conflict"),
  },
  {
    what: "lists stock movements",
    given: "a product in stock",
    call: `GET /products/${sku}/stock-movements`,
    answer: { status: 200, body: { items: eachLike(movement(10)), next: null } },
  },
  {
    what: "gets the reservation for an order",
    given: "a product that is reserved for an order",
    call: `GET /reservations/${orderId}`,
    answer: {
      status: 200,
      body: {
        orderId,
        status: "reserved",
        lines: eachLike({ sku: string(sku), quantity: integer(2) }),
        createdAt: time(),
        updatedAt: time(),
      },
    },
  },
]);
