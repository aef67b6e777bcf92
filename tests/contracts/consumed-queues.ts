/** The queues of a service as production wires them, without a broker: a message goes in, its handling comes out. */

import {
  type Broker,
  type Inbox,
  type MessageDescriptor,
  type Outcome,
  retry,
} from "@rabbit-contract/messaging";
import { applyBatch } from "@rabbit-contract/messaging/consume/batch";
import { subscriptionsOf } from "@rabbit-contract/messaging/consume/subscription";
import { decode, subscriptionsByType } from "@rabbit-contract/messaging/message/codec";
import type { ConsumeMessage } from "amqplib";
import { watchReads } from "./reads.ts";

export interface Handling {
  readonly outcome: Outcome;
  /** What the handler threw, which is not in the outcome with its stack. */
  readonly thrown: unknown;
  /** Fields of the payload that the handler read. */
  readonly reads: readonly string[];
}

export interface ConsumedMessage {
  readonly queue: string;
  readonly message: MessageDescriptor<unknown>;
  /** Reads the message as the runtime does, and applies it in one transaction with the inbox. */
  handle(message: ConsumeMessage): Promise<Handling>;
}

/**
 * @param consume the generated `consume…` calls of the service
 * @returns what they consume, by the messages' keys
 */
export function consumedBy(consume: (broker: Broker) => void): ReadonlyMap<string, ConsumedMessage> {
  const consumed = new Map<string, ConsumedMessage>();
  consume({
    get publisher(): never {
      throw new Error("a consumer publishes nothing by itself, only through its outbox");
    },
    connected: false,
    onConnected: () => () => {},
    consume(queue, inbox, handled) {
      const subscriptions = subscriptionsByType(queue.name, subscriptionsOf(handled));
      for (const key in handled) {
        if (consumed.has(key)) throw new Error(`${key} is consumed from two queues of one service`);
        consumed.set(key, {
          queue: queue.name,
          message: handled[key].message,
          handle: (message) => handle(message, queue.name, inbox, subscriptions),
        });
      }
      return { queue: queue.name, active: true };
    },
    deadLetters(): never {
      throw new Error("contract tests have no dead letters");
    },
    stopConsuming: async () => {},
    close: async () => {},
  });
  return consumed;
}

async function handle<Transaction>(
  message: ConsumeMessage,
  queue: string,
  inbox: Inbox<Transaction>,
  subscriptions: ReturnType<typeof subscriptionsByType<Transaction>>,
): Promise<Handling> {
  const decoded = decode(message, subscriptions);
  if (!("delivery" in decoded)) {
    throw new Error(`${queue} dead-letters ${message.properties.type} as ${decoded.why}: ${decoded.reason}`);
  }
  const { delivery, subscription } = decoded;
  const watched = watchReads(delivery.payload);
  let thrown: unknown;
  const [outcome = retry("no outcome")] = await applyBatch(
    [{ delivery: { ...delivery, payload: watched.payload }, subscription }],
    {
      inbox,
      queue,
      hold: (error) => Promise.reject(error),
      onThrown: (error) => {
        thrown = error;
      },
    },
  );
  return { outcome, thrown, reads: watched.reads() };
}
