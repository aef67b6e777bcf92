import type { ConsumeMessage } from "amqplib";
import { type Applied, applyBatch } from "../consume/apply-batch.ts";
import { decode } from "../consume/decode.ts";
import { subscriptionsOf } from "../consume/handler.ts";
import type { Inbox } from "../consume/inbox.ts";
import { retry } from "../consume/outcome.ts";
import { Suspects } from "../consume/suspects.ts";
import type { Handlers, QueueDefinition } from "../define/queue.ts";

export interface Handling {
  readonly outcome: Applied;
  /** What the handler threw, with its stack; the outcome carries only a description. */
  readonly thrown: unknown;
}

/**
 * Handles one message as a consumer of `queue` would, without a broker: decodes it, checks it against the contract and
 * applies it in one transaction with the inbox.
 * @param watch replaces the payload before the handler gets it
 * @throws Error when the message would be dead-lettered before it reaches its handler
 */
export async function handleMessage<Queue extends QueueDefinition, Transaction>(
  message: ConsumeMessage,
  queue: Queue,
  inbox: Inbox<Transaction>,
  handlers: Handlers<Queue, Transaction>,
  watch: (payload: unknown) => unknown = (payload) => payload,
): Promise<Handling> {
  const decoded = decode(message, subscriptionsOf(queue, handlers));
  if (!("delivery" in decoded)) {
    throw new Error(
      `${queue.name} dead-letters ${message.properties.type} as ${decoded.why}: ${decoded.reason}`,
    );
  }
  const { delivery, subscription } = decoded;
  let thrown: unknown;
  const [outcome = retry("no outcome")] = await applyBatch(
    [{ delivery: { ...delivery, payload: watch(delivery.payload) }, subscription }],
    {
      inbox,
      queue: queue.name,
      hold: (error) => Promise.reject(error),
      onThrown: (error) => {
        thrown = error;
      },
      suspects: new Suspects(),
      canPostpone: false,
      redelivered: true,
    },
  );
  return { outcome, thrown };
}
