import type { ConsumeMessage } from "amqplib";
import { type Forwarded, forwarded } from "../consume/redelivery.ts";
import { plainHeaders } from "../message/codec.ts";
import type { HeaderValue } from "../message/message.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";

/** Headers that tell of the failures so far. */
const counters = new Set([
  "retry-attempt",
  "first-failed-at",
  "failure-reason",
  "dead-lettered-at",
  "dead-letter-reason",
]);
/** Where it was first published to stays known, since it comes back by the service's own exchange. */
const origin = new Set(["original-exchange", "original-routing-key"]);

/**
 * A dead letter on its way back to its queue, as if it had never failed. Its consumer knows the id, so that what
 * was applied meanwhile is not applied again.
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
