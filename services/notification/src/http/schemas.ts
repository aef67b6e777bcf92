import { CustomerId } from "@orders/generated/messages";
import { closed, dateTime, oneOf, pageParameters, textOf, uuid } from "@rabbit-contract/service/http";
import { FormatRegistry, type Static, Type } from "@sinclair/typebox";
import { audiences, channels, deliveryStatuses, kinds } from "../notification.ts";
import { isPublicMailbox } from "../public-mailbox.ts";

FormatRegistry.Set("email", isPublicMailbox);

const Channel = oneOf(channels, { description: "How a customer is notified" });

const Audience = oneOf(audiences, {
  description: "Whom a notification is for: a customer, or the operators",
});

export const CustomerPath = closed({ customerId: CustomerId });

export const NotificationFilter = {
  audience: Type.Optional(Audience),
  customerId: Type.Optional(Type.String({ ...CustomerId, description: "Only those to this customer" })),
  orderId: Type.Optional(uuid("Only those about this order")),
};

export const ListQuery = closed({
  ...NotificationFilter,
  delivery: Type.Optional(
    oneOf(["pending", "failed"], { description: "Only those with a delivery in this status" }),
  ),
  ...pageParameters,
});

export const Contact = closed(
  {
    email: Type.Optional(
      Type.String({ format: "email", description: "Address for e-mails; its domain must be a public one" }),
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
      description: "How the customer is notified; empty to only store notifications",
    }),
  },
  {
    description: "The contact",
    examples: [{ email: "ada@example.com", name: "Ada Lovelace", channels: ["email"] }],
  },
);

export const CustomerContact = Type.Object(
  { customerId: CustomerId, ...Contact.properties },
  {
    description: "The contact of a customer",
    examples: [
      { customerId: "ada", email: "ada@example.com", name: "Ada Lovelace", channels: ["email" as const] },
    ],
  },
);

const Delivery = Type.Object({
  channel: Channel,
  status: oneOf(deliveryStatuses, {
    description: "A `pending` delivery is tried until it is `sent`, or has `failed` for good",
  }),
  at: dateTime("When it reached its status, or when the last attempt was made"),
  error: Type.Optional(Type.String({ description: "Why the last attempt failed; not shown to customers" })),
});

export const Notification = Type.Object(
  {
    id: uuid("UUIDv7"),
    audience: Audience,
    customerId: Type.Optional(CustomerId),
    orderId: Type.Optional(uuid("The order it is about")),
    kind: oneOf(kinds, { description: "What happened" }),
    subject: Type.String({ description: "One line" }),
    body: Type.String({ description: "Plain text" }),
    createdAt: dateTime(),
    deliveries: Type.Array(Delivery, { description: "One for each channel; empty if it is only stored" }),
  },
  {
    description: "The notification",
    examples: [
      {
        id: "019a4f2e-8d02-7a10-b3c5-6e7f80912a3b",
        audience: "customer",
        customerId: "ada",
        orderId: "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        kind: "order-cancelled",
        subject: "Your order 019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01 is cancelled",
        body: "Your order was cancelled before it was confirmed.\n\nOrder: 019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01",
        createdAt: "2026-03-14T09:26:53.590Z",
        deliveries: [{ channel: "email", status: "sent", at: "2026-03-14T09:26:53.702Z" }],
      },
    ],
  },
);

export type NotificationBody = Static<typeof Notification>;

/** A position as an event's id. */
export const EventId = Type.String({
  pattern: "^\\d{1,19}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
  description: "Id of the last event that the client received: resumes after it, without gaps or repetitions",
  examples: ["7412-019a4f2e-8d02-7a10-b3c5-6e7f80912a3b"],
});
/** The sort key of a list. */
export const PositionKey = Type.Tuple([Type.String({ pattern: "^\\d{1,19}$" }), uuid()]);

export const EventStream = textOf(
  "text/event-stream",
  "The events",
  "retry: 2000\n\nid: 7411-00000000-0000-0000-0000-000000000000\nevent: position\ndata: {}\n\n" +
    'id: 7412-019a4f2e-8d02-7a10-b3c5-6e7f80912a3b\nevent: notification\ndata: {"id":"019a4f2e-8d02-7a10-b3c5-6e7f80912a3b",…}\n\n',
);
