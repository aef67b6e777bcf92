/** Numbers, times, arguments and bindings in words. */
import type { QueueBinding } from "@rabbit-contract/messaging";

/** @param milliseconds a positive whole number */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds % 3_600_000 === 0) return `${milliseconds / 3_600_000} h`;
  if (milliseconds % 60_000 === 0 && milliseconds > 60_000) return `${milliseconds / 60_000} min`;
  return `${milliseconds / 1000} s`;
}

export function number(value: number): string {
  return value.toLocaleString("en", { maximumFractionDigits: 20 });
}

/** The effect of a queue argument; undefined if unknown. */
export function explainArgument(name: string, value: string | number | boolean): string | undefined {
  switch (name) {
    case "x-queue-type":
      return value === "quorum"
        ? "replicated with Raft; nothing confirmed is lost while a majority of its nodes lives"
        : "kept by one node";
    case "x-delivery-limit":
      return "redeliveries before the broker itself drops a message; so high that only the consumer decides";
    case "x-dead-letter-exchange":
      return "where messages go that are rejected or outlive their time here";
    case "x-dead-letter-routing-key":
      return "the routing key that they go there with";
    case "x-dead-letter-strategy":
      return value === "at-least-once"
        ? "the broker keeps a message until its next queue has confirmed it"
        : "a message can be lost on its way to the next queue";
    case "x-overflow":
      return value === "reject-publish"
        ? "what at-least-once asks for; as there is no length limit, nothing is ever refused"
        : "what happens when the queue is full";
    case "x-message-ttl":
      return typeof value === "number" ? `messages leave after ${duration(value)}` : undefined;
    default:
      return undefined;
  }
}

/** What a binding matches: its routing key, or its arguments on a headers exchange. */
export function bindingWords({ routingKey, arguments: args = {} }: QueueBinding): string {
  const conditions = Object.entries(args).map(([name, value]) => `${name}: ${value}`);
  return [...(routingKey === "" ? [] : [routingKey]), ...conditions].join(", ") || "everything";
}
