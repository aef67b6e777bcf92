/** Prices requested lines. Pure functions, without a database. */
import { Quantity } from "@orders/generated/messages";
import type { Money, OrderLine } from "./order.ts";

export interface RequestedLine {
  readonly sku: string;
  readonly quantity: number;
}

/** A product in the service's own copy. */
export interface Product {
  readonly sku: string;
  readonly name: string;
  readonly unitPrice: Money;
}

/** Why a request cannot become an order; `pointer` refers to the request's body. */
export interface LineProblem {
  readonly kind: "unknown-product" | "quantity-too-high" | "mixed-currencies" | "total-too-high";
  readonly pointer: string;
  readonly detail: string;
}

export type Pricing =
  | { readonly lines: OrderLine[]; readonly total: Money }
  | { readonly problems: readonly [LineProblem, ...LineProblem[]] };

/** Maximum pieces of one product per order; the contract's limit for a line. */
const maximumQuantity = Number(Quantity.maximum);

/**
 * Adds up the lines of the same product and prices them. All problems of a request are found at once.
 * @param requested at least one line
 */
export function priceOrder(
  requested: readonly RequestedLine[],
  products: ReadonlyMap<string, Product>,
): Pricing {
  const problems: LineProblem[] = [];
  const refuse = (kind: LineProblem["kind"], pointer: string, detail: string) =>
    problems.push({ kind, pointer, detail });

  const lines = new Map<string, OrderLine>();
  let currency: string | undefined;
  for (const [index, { sku, quantity }] of requested.entries()) {
    const product = products.get(sku);
    if (product === undefined) {
      refuse("unknown-product", `/lines/${index}/sku`, `there is no product "${sku}"`);
      continue;
    }
    currency ??= product.unitPrice.currency;
    if (product.unitPrice.currency !== currency) {
      const detail = `"${sku}" is sold in ${product.unitPrice.currency}, the lines before it in ${currency}; order it separately`;
      refuse("mixed-currencies", `/lines/${index}/sku`, detail);
    }
    const sum = (lines.get(sku)?.quantity ?? 0) + quantity;
    if (sum > maximumQuantity) {
      const detail = `up to this line the order has ${sum} pieces of "${sku}"; the maximum is ${maximumQuantity}`;
      refuse("quantity-too-high", `/lines/${index}/quantity`, detail);
    }
    lines.set(sku, { sku, name: product.name, quantity: sum, unitPrice: product.unitPrice });
  }

  const total = sumOf([...lines.values()]);
  if (total > Number.MAX_SAFE_INTEGER) {
    refuse(
      "total-too-high",
      "/lines",
      `the total is ${total} minor units of ${currency}; it must be below 2^53`,
    );
  }
  const [first, ...others] = problems;
  if (first !== undefined) return { problems: [first, ...others] };
  return { lines: [...lines.values()], total: { amount: Number(total), currency: currency ?? "" } };
}

/** In bigint: the product of two safe integers may not be safe. */
function sumOf(lines: readonly OrderLine[]): bigint {
  return lines.reduce((sum, line) => sum + BigInt(line.quantity) * BigInt(line.unitPrice.amount), 0n);
}
