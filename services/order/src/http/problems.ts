/** How the refusals of the commands look over HTTP. */
import { conflict, type ProblemError, unprocessable } from "@rabbit-contract/service/http";
import type { Refusal } from "../commands/price-order.ts";
import type { Order } from "../order.ts";

const titles: Readonly<Record<Refusal["kind"], string>> = {
  "unknown-product": "The order has an unknown product",
  "quantity-too-high": "The order has too many pieces of a product",
  "mixed-currencies": "The order has lines of different currencies",
  "total-too-high": "The order's total is too high",
};

/** Names every line in question; its type is `unknown-product` if any is, since only that may resolve itself. */
export function refusedOrder(refusals: readonly Refusal[]): ProblemError {
  const kinds = refusals.map(({ kind }) => kind);
  const kind = kinds.find((one) => one === "unknown-product") ?? kinds[0] ?? "unknown-product";
  const errors = refusals.map(({ pointer, detail }) => ({ pointer, detail }));
  return unprocessable(kind, titles[kind], undefined, { extensions: { errors } });
}

export function reusedKey(key: string): ProblemError {
  const detail = `The key "${key}" came with another body before. Repeat that body, or use a new key.`;
  return unprocessable("idempotency-key-reused", "The idempotency key was used before", detail);
}

/** @param what reads after "can be": `shipped`, and `allowed` after "only": `a confirmed order` */
export function wrongStatus(order: Order, what: string, allowed: string): ProblemError {
  const detail = `Order "${order.id}" is ${order.status}; only ${allowed} can be ${what}.`;
  return conflict("status-conflict", "The order's status does not allow it", detail, {
    extensions: { orderStatus: order.status },
  });
}
