/** The definition of a queue that a service consumes, as generated code contains it, and types derived from it. */
import type { Handler, RequestHandler } from "../consume/handler.ts";
import type { HeadersOf, MessageDescriptor, PayloadOf } from "../message/message.ts";
import type { ConsumedQueue } from "./topology.ts";

/** A queue that a service consumes, with all that the contract says about it. */
export interface QueueDefinition extends ConsumedQueue {
  /** The messages that it takes, by the name of their handler. */
  readonly messages: Readonly<Record<string, MessageDescriptor<unknown>>>;
  /** The answers to those of its messages that are requests, under the same names. @default none */
  readonly replies?: Readonly<Record<string, MessageDescriptor<unknown>>>;
}

/** The payload of each message of a queue, by the name of its handler. */
export type Payloads<Queue extends QueueDefinition> = {
  readonly [Key in keyof Queue["messages"]]: PayloadOf<Queue["messages"][Key]>;
};

/** One handler for each message of a queue; that of a request returns an answer. */
export type Handlers<Queue extends QueueDefinition, Transaction> = Queue extends {
  readonly replies: infer Replies;
}
  ? {
      readonly [Key in keyof Queue["messages"]]: Key extends keyof Replies
        ? RequestHandler<
            PayloadOf<Queue["messages"][Key]>,
            PayloadOf<Replies[Key]>,
            Transaction,
            HeadersOf<Queue["messages"][Key]>
          >
        : HandlerOf<Queue["messages"][Key], Transaction>;
    }
  : { readonly [Key in keyof Queue["messages"]]: HandlerOf<Queue["messages"][Key], Transaction> };

type HandlerOf<Message, Transaction> = Handler<PayloadOf<Message>, Transaction, HeadersOf<Message>>;

export function defineQueue<const Queue extends QueueDefinition>(queue: Queue): Queue {
  return queue;
}
