/** Puts together when the traced orders passed each point, from spans, commit timestamps, arrivals and the load. */
import type { ServiceName } from "@orders/stack";
import type { ReceivedSpan } from "@rabbit-contract/service/testing";
import type { Flow } from "../pipeline.ts";
import type { Passage, Station } from "./timeline.ts";

/** The messages of an order that is confirmed, and who handles each. */
const legs: readonly { readonly message: string; readonly from: ServiceName; readonly to: ServiceName }[] = [
  { message: "order.created", from: "order", to: "inventory" },
  { message: "stock.reserved", from: "inventory", to: "order" },
  { message: "order.confirmed", from: "order", to: "notification" },
];

export const stations: readonly Station[] = [
  { place: "load", what: "until the request is sent", kind: "load" },
  { place: "order", what: "until the request is received", kind: "event loop" },
  { place: "order", what: "until its group begins", kind: "group commit" },
  { place: "order", what: "transaction that places it", kind: "transaction" },
  ...legs.flatMap(({ message, from, to }): Station[] => [
    { place: from, what: `from the commit until ${message} is published`, kind: "event loop" },
    { place: "RabbitMQ", what: `until ${message} arrives`, kind: "broker" },
    { place: to, what: "until its batch is started", kind: "batch in hand" },
    { place: to, what: "until its transaction begins", kind: "event loop" },
    { place: to, what: `transaction that handles ${message}`, kind: "transaction" },
  ]),
];

/** In milliseconds since 1970. */
export interface TransactionTimes {
  readonly begin: number;
  readonly commit: number;
}

export interface Observed {
  readonly flow: Flow;
  readonly spans: readonly ReceivedSpan[];
  /** By message id. */
  readonly arrivals: ReadonlyMap<string, number>;
  /** Of the transactions that placed orders, by order. */
  readonly placed: ReadonlyMap<string, TransactionTimes>;
  /** Of the transactions that handled messages, by message id. */
  readonly handled: ReadonlyMap<string, TransactionTimes>;
}

/** The points of each order that was traced, and of which each is known. */
export function passagesOf({ flow, spans, arrivals, placed, handled }: Observed): Passage[] {
  const received = new Map<string, number>();
  const published = new Map<string, number>();
  const taken = new Map<string, number>();
  /** Trace, and the ids of the messages by their routing keys, by order. */
  const traced = new Map<string, { traceId: string; messages: Map<string, string> }>();
  for (const { name, startTimeUnixNano, traceId, attributes } of spans) {
    const text = (name: string) => String(attributes[name] ?? "");
    const id = text("messaging.message.id");
    const order = text("messaging.message.conversation_id");
    // The middle of its millisecond, to which spans are exact.
    const start = Number(startTimeUnixNano) / 1e6 + 0.5;
    switch (attributes["messaging.operation.name"]) {
      case undefined:
        if (name === "POST /orders") received.set(traceId, start);
        break;
      case "create": {
        const its = traced.get(order) ?? { traceId, messages: new Map() };
        traced.set(order, its);
        its.messages.set(text("messaging.rabbitmq.destination.routing_key"), id);
        break;
      }
      case "send":
        published.set(id, start);
        break;
      case "process":
        taken.set(id, start);
        break;
    }
  }
  return flow.ids.flatMap((order, index) => {
    const its = traced.get(order);
    const place = placed.get(order);
    const points = [
      flow.due[index],
      flow.sent[index],
      received.get(its?.traceId ?? ""),
      place?.begin,
      place?.commit,
      ...legs.flatMap(({ message }) => {
        const id = its?.messages.get(message) ?? "";
        const handling = handled.get(id);
        return [published.get(id), arrivals.get(id), taken.get(id), handling?.begin, handling?.commit];
      }),
    ];
    const known = points.filter((point) => point !== undefined);
    return known.length === points.length ? [known] : [];
  });
}
