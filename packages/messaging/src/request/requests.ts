import { clearTimeout, setTimeout } from "node:timers";
import type { ChannelModel, ConsumeMessage } from "amqplib";
import { superviseSession, watched } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { MessagingError } from "../errors.ts";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import type { OutboxMessage } from "../message/message.ts";
import { Confirms, type ConfirmsOptions } from "../publish/confirms.ts";
import { encodeRequest } from "../publish/encode.ts";
import { directReplyTo } from "./reply-to.ts";

export interface RequestOptions {
  /** Milliseconds to wait for the reply, and for a connection before; the request expires after it. @default 5_000 */
  readonly timeout?: number;
  /** Aborting it abandons the reply; the request may still be handled. */
  readonly signal?: AbortSignal | undefined;
}

export interface RequestsOptions {
  readonly connection: Connection;
  readonly confirms: ConfirmsOptions;
  readonly log: Log;
}

interface Pending {
  readonly message: OutboxMessage;
  /** `performance.now()` at which it times out. */
  readonly deadline: number;
  sent: boolean;
  readonly resolve: (reply: ConsumeMessage) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends requests and receives their replies on one channel, as direct reply-to needs it. Nothing is stored: a request
 * lives in this process until it is answered, times out, or the channel is lost.
 */
export class Requests {
  readonly #confirms: Confirms;
  readonly #pending = new Map<string, Pending>();
  #closed = false;

  constructor({ connection, confirms, log }: RequestsOptions) {
    this.#confirms = new Confirms(confirms);
    const session = async (model: ChannelModel) => {
      const { channel, closed } = await watched(model.createConfirmChannel());
      await channel.consume(directReplyTo, (reply) => reply && this.#onReply(reply), { noAck: true });
      this.#confirms.attach(channel);
      for (const pending of [...this.#pending.values()]) this.#send(pending);
      const reason = await closed;
      this.#rejectAll(reason, ({ sent }) => sent);
      throw reason;
    };
    const occasionally = atMostEvery(logInterval);
    superviseSession(connection, session, (error) =>
      occasionally(() => log.warn({ err: error }, "the channel for requests was lost; opening another")),
    );
  }

  /**
   * Resolves with the reply as it arrived.
   * @throws MessagingError `reply-timeout`; `message-returned` when no queue takes the request; `connection-closed` or
   *   `channel-closed` when the connection was lost while it waited; the signal's reason when that is aborted
   */
  send(message: OutboxMessage, { timeout = 5_000, signal }: RequestOptions): Promise<ConsumeMessage> {
    return new Promise((resolve, reject) => {
      const end = () => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", onAbort);
        this.#pending.delete(message.id);
      };
      const pending: Pending = {
        message,
        deadline: performance.now() + timeout,
        sent: false,
        resolve: (reply) => {
          end();
          resolve(reply);
        },
        reject: (error) => {
          end();
          reject(error);
        },
      };
      const onAbort = () => pending.reject(signal?.reason);
      const timer = setTimeout(() => pending.reject(timedOut(pending, timeout)), timeout);
      if (signal?.aborted) return onAbort();
      if (this.#closed) return pending.reject(closing());
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#pending.set(message.id, pending);
      if (this.#confirms.open) this.#send(pending);
    });
  }

  close(): void {
    this.#closed = true;
    this.#rejectAll(closing(), () => true);
  }

  #send(pending: Pending): void {
    pending.sent = true;
    // Nothing waits for its reply afterwards: a request that is still in its queue then is dead-lettered as expired.
    const request = encodeRequest(pending.message, pending.deadline - performance.now());
    this.#confirms.publish(request).catch(pending.reject);
  }

  /** Runtimes other than this one may answer with only the request's correlation id. */
  #onReply(reply: ConsumeMessage): void {
    const { correlationId, headers = {} } = reply.properties;
    this.#pending.get(headers["causation-id"] ?? correlationId)?.resolve(reply);
  }

  #rejectAll(error: MessagingError, which: (pending: Pending) => boolean): void {
    for (const pending of [...this.#pending.values()].filter(which)) {
      const { type, id } = pending.message;
      const message = `${type} ${id} was not answered: ${error.message}`;
      pending.reject(new MessagingError(error.code, message, { cause: error }));
    }
  }
}

function timedOut({ message: { type, id }, sent }: Pending, timeout: number): MessagingError {
  const message = sent
    ? `${type} ${id} was not answered within ${timeout} ms`
    : `${type} ${id} was not sent within ${timeout} ms: there is no connection to the broker`;
  return new MessagingError("reply-timeout", message);
}

function closing(): MessagingError {
  return new MessagingError("connection-closed", "the broker is being closed");
}
