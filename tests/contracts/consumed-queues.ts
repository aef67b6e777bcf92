/** A service's queues, wired as in production but without a broker: pass in a message, get its outcome. */

import type { Broker, MessageDescriptor } from "@rabbit-contract/messaging";
import { type Handling as Handled, handleMessage } from "@rabbit-contract/messaging/testing";
import type { ConsumeMessage } from "amqplib";
import { watchReads } from "./reads.ts";

export interface Handling extends Handled {
  /** Payload fields that the handler read. */
  readonly reads: readonly string[];
}

export interface ConsumedMessage {
  readonly queue: string;
  readonly message: MessageDescriptor<unknown>;
  /** It is a request, which the handler answers. */
  readonly isRequest: boolean;
  /** Reads the message as the runtime does, and applies it in one transaction with the inbox. */
  handle(message: ConsumeMessage): Promise<Handling>;
}

/**
 * @param consume calls `broker.consume` for each queue of the service
 * @returns the consumed messages, by key
 */
export function consumedBy(consume: (broker: Broker) => void): ReadonlyMap<string, ConsumedMessage> {
  const consumed = new Map<string, ConsumedMessage>();
  consume({
    get publisher(): never {
      throw new Error("a consumer publishes only through its outbox");
    },
    connected: false,
    problem: undefined,
    consumers: [],
    consume(queue, inbox, handlers) {
      for (const [key, message] of Object.entries(queue.messages)) {
        if (consumed.has(key)) throw new Error(`${key} is consumed from two queues of one service`);
        consumed.set(key, {
          queue: queue.name,
          message,
          isRequest: queue.replies?.[key] !== undefined,
          async handle(delivered) {
            let reads: () => string[] = () => [];
            const handling = await handleMessage(delivered, queue, inbox, handlers, (payload) => {
              const watched = watchReads(payload);
              reads = watched.reads;
              return watched.payload;
            });
            return { ...handling, reads: reads() };
          },
        });
      }
      return { queue: queue.name, active: true, trouble: () => undefined };
    },
    request(): never {
      throw new Error("a consumer is given no replies here: see writeReply");
    },
    deadLetters(): never {
      throw new Error("dead letters are not available in contract tests");
    },
    stopConsuming: async () => {},
    close: async () => {},
  });
  return consumed;
}
