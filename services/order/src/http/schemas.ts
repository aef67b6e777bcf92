/** Requests and responses of the REST calls. The limits are the contract's, so that every order fits its messages. */

import {
  CustomerId,
  Money,
  OrderLine,
  OrderLines,
  Quantity,
  Shortages,
  Sku,
} from "@orders/generated/messages";
import {
  closed,
  dateTime,
  IdempotencyKey,
  oneOf,
  Prefer,
  pageParameters,
  uuid,
} from "@rabbit-contract/service/http";
import { Type } from "@sinclair/typebox";
import { causes, orderStatuses } from "../order.ts";

const Status = oneOf(orderStatuses, {
  description: "`pending` until the inventory has answered; then the order is settled",
});
const HistoryCause = oneOf(causes, { description: "The message, request or deadline that caused it" });

export const OrderPath = closed({ orderId: uuid("Id of the order") });

export const OrderQuery = closed({
  customerId: Type.Optional(CustomerId),
  status: Type.Optional(Status),
  placedFrom: Type.Optional(dateTime("Only orders placed at this time or later")),
  placedBefore: Type.Optional(dateTime("Only orders placed before this time")),
  ...pageParameters,
});

export const PlacingHeaders = Type.Object({
  "idempotency-key": Type.Optional(IdempotencyKey),
  prefer: Type.Optional(Prefer),
});

export const NewOrder = closed(
  {
    customerId: CustomerId,
    lines: Type.Array(closed({ sku: Sku, quantity: Quantity }), {
      minItems: OrderLines.minItems ?? 1,
      maxItems: OrderLines.maxItems ?? 1,
      description: "Lines of the same product are added up",
    }),
  },
  { examples: [{ customerId: "c-1042", lines: [{ sku: "LAMP-01", quantity: 2 }] }] },
);

const Reason = Type.Union(
  [
    Type.Object({ code: Type.Literal("insufficient-stock"), shortages: Shortages }),
    Type.Object({ code: Type.Literal("cancelled") }),
    Type.Object({ code: Type.Literal("expired") }),
  ],
  { description: "Why the order was not fulfilled; absent otherwise" },
);

export const Order = Type.Object(
  {
    id: uuid("UUIDv7"),
    customerId: CustomerId,
    status: Status,
    reason: Type.Optional(Reason),
    lines: Type.Array(OrderLine, { description: "With the names and prices at the time of the order" }),
    total: Money,
    createdAt: dateTime(),
    updatedAt: dateTime("When it reached its status"),
    history: Type.Array(
      Type.Object({
        status: Status,
        at: dateTime(),
        cause: HistoryCause,
        messageId: Type.Optional(uuid("Id of the message that reports it")),
        causationId: Type.Optional(uuid("Id of the message that caused it, if one did")),
        traceId: Type.Optional(
          Type.String({ pattern: "^[0-9a-f]{32}$", description: "W3C trace that it happened in" }),
        ),
      }),
      { description: "Every status it ever had, oldest first" },
    ),
  },
  {
    description: "The order",
    examples: [
      {
        id: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        customerId: "c-1042",
        status: "confirmed",
        lines: [
          { sku: "LAMP-01", name: "Desk lamp", quantity: 2, unitPrice: { amount: 3950, currency: "EUR" } },
        ],
        total: { amount: 7900, currency: "EUR" },
        createdAt: "2026-03-14T09:26:53.589Z",
        updatedAt: "2026-03-14T09:26:53.601Z",
        history: [
          { status: "pending", at: "2026-03-14T09:26:53.589Z", cause: "placed" },
          { status: "confirmed", at: "2026-03-14T09:26:53.601Z", cause: "stock.reserved" },
        ],
      },
    ],
  },
);
