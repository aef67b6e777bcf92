/** What people are told: one function for each message, each giving a subject and a plain-text body. */
import type {
  OrderCancelled,
  OrderConfirmed,
  OrderExpired,
  OrderLine,
  OrderRejected,
  OrderShipped,
  Shortage,
  StockLow,
} from "@orders/generated/messages";
import { formatMoney } from "./money.ts";
import { oneLine } from "./plain-text.ts";

/** Customer id that notifications for those who run the shop are kept under. */
export const operators = "operators";

export const kinds = [
  "order-confirmed",
  "order-rejected",
  "order-cancelled",
  "order-expired",
  "order-shipped",
  "stock-low",
] as const;
export type Kind = (typeof kinds)[number];

/** A notification before it is kept. */
export interface Draft {
  readonly customerId: string;
  readonly orderId?: string;
  readonly sku?: string;
  readonly kind: Kind;
  /** One line, safe as an e-mail header. */
  readonly subject: string;
  /** Plain text, its lines separated by "\n". */
  readonly body: string;
}

export function composeOrderConfirmed({ orderId, customerId, lines, total }: OrderConfirmed): Draft {
  const priced = lines.map(
    ({ quantity, unitPrice, ...line }) =>
      `  ${quantity} × ${nameAndSku(line)} at ${formatMoney(unitPrice)}${quantity > 1 ? " each" : ""}`,
  );
  return {
    customerId,
    orderId,
    kind: "order-confirmed",
    subject: `Your order of ${summary(lines)} is confirmed`,
    body: paragraphs(
      "Thank you for your order. Everything in it is in stock and reserved for you:",
      priced.join("\n"),
      `Total: ${formatMoney(total)}`,
      `Order: ${orderId}`,
    ),
  };
}

export function composeOrderRejected({ orderId, customerId, shortages }: OrderRejected): Draft {
  const [first, ...others] = shortages;
  const more =
    others.length > 0 ? `, and ${count(others.length, "more product is", "more products are")} short` : "";
  return {
    customerId,
    orderId,
    kind: "order-rejected",
    subject: `We cannot fulfil your order${first ? `: ${shortage(first)}${more}` : ""}`,
    body: paragraphs(
      "We are sorry: there is not enough in stock for your order, so we have not accepted it. This is short:",
      shortages
        .map(({ sku, requested, available }) => `  ${sku}: ${requested} ordered, ${available} available`)
        .join("\n"),
      "Nothing is reserved for you. Please order again with what is available.",
      `Order: ${orderId}`,
    ),
  };
}

export function composeOrderCancelled({ orderId, customerId, previousStatus }: OrderCancelled): Draft {
  return {
    customerId,
    orderId,
    kind: "order-cancelled",
    subject: `Your order ${orderId} is cancelled`,
    body: paragraphs(
      previousStatus === "confirmed"
        ? "Your order is cancelled as you asked. What was reserved for you is free for others again."
        : "Your order is cancelled as you asked, before it was confirmed.",
      `Order: ${orderId}`,
    ),
  };
}

export function composeOrderExpired({ orderId, customerId }: OrderExpired): Draft {
  return {
    customerId,
    orderId,
    kind: "order-expired",
    subject: `Your order ${orderId} has expired`,
    body: paragraphs(
      "We are sorry: we could not confirm your order in time, so it has expired. Nothing is reserved for you.",
      "Please order again.",
      `Order: ${orderId}`,
    ),
  };
}

export function composeOrderShipped({ orderId, customerId, lines }: OrderShipped): Draft {
  return {
    customerId,
    orderId,
    kind: "order-shipped",
    subject: `Your order of ${summary(lines)} is on its way`,
    body: paragraphs(
      "Your order has left our warehouse:",
      lines.map(({ quantity, ...line }) => `  ${quantity} × ${nameAndSku(line)}`).join("\n"),
      `Order: ${orderId}`,
    ),
  };
}

export function composeStockLow({ sku, name, available, threshold }: StockLow): Draft {
  const product = nameAndSku({ sku, name });
  return {
    customerId: operators,
    sku,
    kind: "stock-low",
    subject: available === 0 ? `Sold out: ${product}` : `Stock is low: ${available} left of ${product}`,
    body: paragraphs(
      available === 0
        ? `Nothing is left of ${product}.`
        : `Only ${count(available, "piece is", "pieces are")} left of ${product}.`,
      `Its low-stock threshold is ${threshold}.`,
    ),
  };
}

/** `Desk lamp and 2 other products`: short enough for a subject, whatever was ordered. */
function summary(lines: readonly OrderLine[]): string {
  const [first, ...others] = lines;
  if (!first) return "nothing";
  const name = oneLine(first.name, 60) || first.sku;
  if (others.length === 0) return name;
  return `${name} and ${count(others.length, "other product", "other products")}`;
}

function nameAndSku({ sku, name }: Pick<OrderLine, "sku" | "name">): string {
  const shown = oneLine(name);
  return shown === "" || shown === sku ? sku : `${shown} (${sku})`;
}

function shortage({ sku, available }: Shortage): string {
  return available === 0 ? `${sku} is out of stock` : `only ${available} of ${sku} in stock`;
}

function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

function paragraphs(...parts: readonly string[]): string {
  return parts.join("\n\n");
}
