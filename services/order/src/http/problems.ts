/** Problem documents for the commands' refusals. */
import { conflict, mapError, notFound, unprocessable } from "@rabbit-contract/service/http";
import type { LineProblem } from "../pricing.ts";
import { CannotBePriced, UnknownOrder, WrongStatus } from "../refusals.ts";

const titles: Readonly<Record<LineProblem["kind"], string>> = {
  "unknown-product": "The order has an unknown product",
  "quantity-too-high": "The order has too many pieces of a product",
  "mixed-currencies": "The order has lines of different currencies",
  "total-too-high": "The order's total is too high",
};

export const refusals = [
  mapError(UnknownOrder, ({ orderId }) => notFound("order", orderId)),
  mapError(WrongStatus, ({ message, status }) =>
    conflict("status-conflict", "The order's status does not allow it", message, {
      extensions: { orderStatus: status },
    }),
  ),
  // Names every invalid line. The type is `unknown-product` if any product is unknown, since only that may resolve
  // itself after a while.
  mapError(CannotBePriced, ({ problems }) => {
    const { kind } = problems.find((problem) => problem.kind === "unknown-product") ?? problems[0];
    const errors = problems.map(({ pointer, detail }) => ({ pointer, detail }));
    return unprocessable(kind, titles[kind], undefined, { extensions: { errors } });
  }),
];
