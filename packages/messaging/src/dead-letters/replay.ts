import type { ConsumeMessage } from "amqplib";
import { type Forwarded, forwarded } from "../consume/redelivery.ts";
import { plainHeaders } from "../message/headers.ts";
import type { HeaderValue } from "../message/message.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";

/** Headers about the failures so far. */
const counters = new Set([
  "retry-attempt",
  "first-failed-at",
  "failure-reason",
  "dead-lettered-at",
  "dead-letter-reason",
]);
/** Kept, because the replay arrives through the service's redelivery exchange. */
const origin = new Set(["original-exchange", "original-routing-key"]);

/**
 * A dead letter addressed to the queue it failed in, as if it had never failed. The id stays the same, so the consumer's
 * inbox keeps it from being applied twice.
 */
export function replayed(message: ConsumeMessage, queue: ConsumedQueueDescriptor): Forwarded {
  const kept: Record<string, HeaderValue> = {};
  const own: Record<string, HeaderValue> = {};
  for (const [key, value] of Object.entries(plainHeaders(message))) {
    if (counters.has(key)) continue;
    (origin.has(key) ? own : kept)[key] = value;
  }
  return forwarded(message, queue, queue.name, kept, own);
}
