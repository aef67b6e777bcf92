import type { ConsumeMessage } from "amqplib";
import { applyBatch } from "../consume/batch.ts";
import type { Inbox } from "../consume/inbox.ts";
import { type Outcome, retry } from "../consume/outcome.ts";
import { type HandledMessages, subscriptionsOf } from "../consume/subscription.ts";
import { decode, subscriptionsByType } from "../message/codec.ts";

export interface Handling {
  readonly outcome: Outcome;
  /** What the handler threw, with its stack; the outcome carries only a description. */
  readonly thrown: unknown;
}

/**
 * Handles one message as a consumer of `queue` would, without a broker: decodes it, checks it against the contract and
 * applies it in one transaction with the inbox.
 * @param watch replaces the payload before the handler gets it
 * @throws Error when the message would be dead-lettered before it reaches its handler
 */
export async function handleMessage<Payloads extends object, Transaction>(
  message: ConsumeMessage,
  queue: string,
  inbox: Inbox<Transaction>,
  handled: HandledMessages<Payloads, Transaction>,
  watch: (payload: unknown) => unknown = (payload) => payload,
): Promise<Handling> {
  const decoded = decode(message, subscriptionsByType(queue, subscriptionsOf(handled)));
  if (!("delivery" in decoded)) {
    throw new Error(`${queue} dead-letters ${message.properties.type} as ${decoded.why}: ${decoded.reason}`);
  }
  const { delivery, subscription } = decoded;
  let thrown: unknown;
  const [outcome = retry("no outcome")] = await applyBatch(
    [{ delivery: { ...delivery, payload: watch(delivery.payload) }, subscription }],
    {
      inbox,
      queue,
      hold: (error) => Promise.reject(error),
      onThrown: (error) => {
        thrown = error;
      },
    },
  );
  return { outcome, thrown };
}
