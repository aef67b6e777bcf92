/** Requests and responses of the REST calls. */

import { CustomerId } from "@orders/generated/messages";
import { closed, dateTime, uuid } from "@rabbit-contract/service/http";
import { FormatRegistry, type Static, Type } from "@sinclair/typebox";
import { audiences, channels, deliveryStatuses, kinds } from "../notification.ts";
import { isPublicMailbox } from "../public-mailbox.ts";

FormatRegistry.Set("email", isPublicMailbox);

const Channel = Type.Union(
  channels.map((channel) => Type.Literal(channel)),
  { description: "How a customer is notified" },
);

const Audience = Type.Union(
  audiences.map((audience) => Type.Literal(audience)),
  { description: "`operators` for those who run the shop" },
);

export const CustomerPath = closed({ customerId: CustomerId });

export const NotificationFilter = {
  audience: Type.Optional(Audience),
  customerId: Type.Optional(Type.String({ ...CustomerId, description: "Only those to this customer" })),
  orderId: Type.Optional(uuid("Only those about this order")),
};

export const Contact = closed(
  {
    email: Type.Optional(
      Type.String({ format: "email", description: "Address that e-mails go to, of the public internet" }),
    ),
    name: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 100,
        pattern: "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029]*$",
        description: "How to address the customer; one line",
      }),
    ),
    channels: Type.Array(Channel, {
      uniqueItems: true,
      maxItems: channels.length,
      description: "The ways to tell the customer of notifications; none, to only keep them",
    }),
  },
  {
    $id: "Contact",
    examples: [{ email: "ada@example.com", name: "Ada Lovelace", channels: ["email"] }],
  },
);

const Delivery = Type.Object({
  channel: Channel,
  status: Type.Union(
    deliveryStatuses.map((status) => Type.Literal(status)),
    { description: "`pending` is tried until it is `sent`, or `failed` for good" },
  ),
  at: dateTime("When it got its status, or when the last attempt was made"),
});

export const Notification = Type.Object(
  {
    id: uuid("UUIDv7"),
    audience: Audience,
    customerId: Type.Optional(CustomerId),
    orderId: Type.Optional(uuid("The order that it is about")),
    kind: Type.Union(
      kinds.map((kind) => Type.Literal(kind)),
      { description: "What happened" },
    ),
    subject: Type.String({ description: "One line" }),
    body: Type.String({ description: "Plain text" }),
    createdAt: dateTime(),
    deliveries: Type.Array(Delivery, { description: "One for each channel; none when it is only kept" }),
  },
  {
    $id: "Notification",
    examples: [
      {
        id: "019a4f2e-8d02-7a10-b3c5-6e7f80912a3b",
        audience: "customer",
        customerId: "ada",
        orderId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        kind: "order-cancelled",
        subject: "Your order 019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01 is cancelled",
        body: "Your order is cancelled as you asked, before it was confirmed.\n\nOrder: 019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        createdAt: "2026-03-14T09:26:53.590Z",
        deliveries: [{ channel: "email", status: "sent", at: "2026-03-14T09:26:53.702Z" }],
      },
    ],
  },
);

export type NotificationBody = Static<typeof Notification>;

/** A position as an event's id. 19 digits fit into the 64 bits of a transaction id, more than any database reaches. */
export const EventId = Type.String({
  pattern: "^\\d{1,19}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  description: "Id of the last event that the client received: resumes after it, without gaps or repetitions",
  examples: ["7412-019a4f2e-8d02-7a10-b3c5-6e7f80912a3b"],
});
/** The sort key of a list. */
export const PositionKey = Type.Tuple([Type.String({ pattern: "^\\d{1,19}$" }), uuid()]);

export const EventStream = Type.String({
  description: "Server-sent events",
  examples: [
    "retry: 2000\n\nid: 7411-00000000-0000-0000-0000-000000000000\nevent: position\ndata: {}\n\n" +
      'id: 7412-019a4f2e-8d02-7a10-b3c5-6e7f80912a3b\nevent: notification\ndata: {"id":"019a4f2e-8d02-7a10-b3c5-6e7f80912a3b",…}\n\n',
  ],
});
