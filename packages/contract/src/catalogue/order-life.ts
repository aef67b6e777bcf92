/**
 * In which order messages follow each other in an order's life. Who sends a message, who consumes it and through
 * which exchange and queue is not said here: that comes from the contract.
 */

export type Step =
  /** A call over REST, from the client. */
  | { readonly call: string; readonly to: string; readonly answer?: string }
  | { readonly message: string; readonly note?: string }
  /** Something that a service does by itself. */
  | { readonly service: string; readonly does: string }
  /** The state that an order is in from here on. */
  | { readonly order: string };

export interface Story {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly steps: readonly Step[];
}

/** The service that holds the orders and their states. */
export const keeperOfOrders = "order";

export const stories: readonly Story[] = [
  {
    id: "products",
    title: "Before the first order",
    about: "The order service keeps its own copy of names and prices, so it needs nobody to accept an order.",
    steps: [
      { call: "POST /products", to: "inventory", answer: "201" },
      { message: "product.changed", note: "every version of a product" },
    ],
  },
  {
    id: "shipped",
    title: "Created, reserved, confirmed, shipped",
    about: "The way that most orders go. The client has its answer before the first message is sent.",
    steps: [
      { call: "POST /orders", to: "order", answer: "202" },
      { order: "pending" },
      { message: "order.created" },
      { service: "inventory", does: "reserves all lines" },
      { message: "stock.reserved" },
      { order: "confirmed" },
      { message: "order.confirmed" },
      { message: "stock.low", note: "only if little is left" },
      { call: "POST /orders/{id}/ship", to: "order", answer: "200" },
      { order: "shipped" },
      { message: "order.shipped", note: "takes the reserved stock" },
    ],
  },
  {
    id: "rejected",
    title: "Rejected",
    about: "At least one line is short. Nothing is reserved, and the customer hears what was missing.",
    steps: [
      { call: "POST /orders", to: "order", answer: "202" },
      { order: "pending" },
      { message: "order.created" },
      { service: "inventory", does: "finds a shortage" },
      { message: "stock.rejected" },
      { order: "rejected" },
      { message: "order.rejected" },
    ],
  },
  {
    id: "cancelled",
    title: "Cancelled",
    about:
      "A pending or confirmed order can be cancelled. What was reserved for it is released, also when the reservation comes later.",
    steps: [
      { call: "POST /orders", to: "order", answer: "202" },
      { order: "pending" },
      { message: "order.created" },
      { call: "POST /orders/{id}/cancel", to: "order", answer: "200" },
      { order: "cancelled" },
      { message: "order.cancelled", note: "releases what was reserved" },
    ],
  },
  {
    id: "expired",
    title: "Expired",
    about: "The inventory does not answer in time. An answer that comes after the deadline changes nothing.",
    steps: [
      { call: "POST /orders", to: "order", answer: "202" },
      { order: "pending" },
      { message: "order.created" },
      { service: "order", does: "deadline passes" },
      { order: "expired" },
      { message: "order.expired", note: "releases what was reserved" },
    ],
  },
];
