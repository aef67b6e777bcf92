/** The definition of a request and its reply, as generated code contains it, and the client derived from it. */
import type { ConsumeMessage } from "amqplib";
import { decode } from "../consume/decode.ts";
import { subscriptionsOf } from "../consume/handler.ts";
import type { ServiceDefinition } from "../define/service.ts";
import { MessagingError } from "../errors.ts";
import {
  type GivenParameters,
  type MessageContext,
  type MessageDescriptor,
  type OutboxMessage,
  type PayloadOf,
  type PublishContext,
  publishedMessage,
} from "../message/message.ts";
import type { RequestOptions } from "./requests.ts";

/** What a client needs of a broker. */
export interface Requester {
  /**
   * Resolves with what `read` returns for the reply.
   * @throws MessagingError as a client's methods do, and whatever `read` throws
   */
  request<Reply>(
    message: OutboxMessage,
    read: (reply: ConsumeMessage) => Reply,
    options: RequestOptions,
  ): Promise<Reply>;
}

/**
 * One method for each request of a service: validates the payload, sends it, and resolves with the payload of the reply.
 *
 * A request has no outbox: it is lost with the process, the connection or the reply, and then the method throws. It may
 * still have been handled.
 *
 * Each throws MessagingError: `message-invalid` when the request breaks the contract, `reply-invalid` when the reply does,
 * `reply-timeout`, `message-returned` when no queue takes it, `connection-closed` or `channel-closed` when the connection is
 * lost meanwhile; or the reason of the aborted signal.
 */
export type Client<Definition extends Pick<ServiceDefinition, "requests">> = {
  readonly [Key in keyof Definition["requests"]]: RequestMethod<NonNullable<Definition["requests"]>[Key]>;
};

type RequestMethod<Request> = Request extends {
  readonly message: MessageDescriptor<infer Payload>;
  readonly reply: infer Reply;
}
  ? (payload: Payload, ...options: OptionsArgument<GivenParameters<Request>>) => Promise<PayloadOf<Reply>>
  : never;

type OptionsArgument<Parameters> = [keyof Parameters] extends [never]
  ? [options?: RequestOptions & { readonly context?: MessageContext }]
  : [options: RequestOptions & { readonly context?: MessageContext; readonly parameters: Parameters }];

interface Options extends RequestOptions {
  readonly context?: MessageContext;
  readonly parameters?: PublishContext["parameters"];
}

/** Any of a client's methods; each checks what it is given. */
type Send = (payload: never, ...options: never) => Promise<unknown>;

/** @param broker sends the requests, on a channel that it opens for the first one */
export function createClient<Definition extends Pick<ServiceDefinition, "name" | "requests">>(
  { name: service, requests = {} }: Definition,
  broker: Requester,
): Client<Definition> {
  const methods = Object.entries(requests).map(([key, { reply, ...request }]) => {
    const replies = subscriptionsOf(
      { name: `the replies to ${request.message.type}`, messages: { reply } },
      { reply: async () => [] },
    );
    const send: Send = async (payload: unknown, { context, parameters, ...options }: Options = {}) => {
      const given = { ...context, ...(parameters && { parameters }) };
      const message = publishedMessage({ ...request, service }, payload, given);
      const read = (reply: ConsumeMessage) => {
        const decoded = decode(reply, replies);
        if ("delivery" in decoded) return decoded.delivery.payload;
        throw new MessagingError(
          "reply-invalid",
          `the reply to ${message.type} ${message.id} breaks the contract: ${decoded.reason}`,
        );
      };
      return await broker.request(message, read, options);
    };
    return [key, send] as const;
  });
  // Each method checks its payload, so it may be given whatever the mapped type allows.
  return Object.fromEntries(methods) as Client<Definition>;
}
