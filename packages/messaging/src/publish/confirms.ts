import { setTimeout } from "node:timers";
import { type ConfirmChannel, IllegalOperationError, type Message, type Options } from "amqplib";
import { closeReason } from "../connection/channel.ts";
import { MessagingError } from "../errors.ts";
import { publishFault } from "./fault.ts";

/** A message as amqplib takes it. */
export interface Publication {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  /** `mandatory`: a message that reaches no queue is returned instead of dropped. */
  readonly properties: Options.Publish & { readonly mandatory: boolean };
}

export interface ConfirmsOptions {
  /** Messages that may be unconfirmed at once; further ones queue in order. @default 500 */
  readonly publishWindow?: number;
  /** Milliseconds after which an unconfirmed message fails. @default 30_000 */
  readonly confirmTimeout?: number;
  /**
   * When the broker closes the channel because of a message, messages that were not sent yet wait for the next channel.
   * @default false: they fail like those that were sent
   */
  readonly keepUnsent?: boolean;
}

interface Entry {
  readonly publication: Publication;
  /** `performance.now()` after which it has failed. */
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: MessagingError) => void;
  returned: string | undefined;
}

/** Milliseconds that a route may be refused before another channel is tried. */
const refusalPatience = 2_000;

/**
 * A sliding window of unconfirmed messages, over one confirm channel after another. Every promise is resolved or rejected:
 * at the latest `confirmTimeout` after the call, and at once when the channel or the connection is lost.
 */
export class Confirms {
  readonly #window: number;
  readonly #timeout: number;
  readonly #keepUnsent: boolean;
  /** The broker closed the last channel because of a message, and another one follows. */
  #reopening = false;
  #channel: ConfirmChannel | undefined;
  /** The channel's write buffer is full: wait for `drain`. */
  #full = false;
  #paused = false;
  /** Sent, in order, and not yet confirmed. */
  readonly #sent = new Set<Entry>();
  #waiting: Entry[] = [];
  /** Index of the first entry of `#waiting` that is not sent yet: shifting a long array is slow. */
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Routes whose messages the broker keeps refusing: when that began and was last seen (`performance.now()`). */
  readonly #refusing = new Map<string, { readonly since: number; readonly last: number }>();

  constructor(options: ConfirmsOptions) {
    this.#window = options.publishWindow ?? 500;
    this.#timeout = options.confirmTimeout ?? 30_000;
    this.#keepUnsent = options.keepUnsent ?? false;
  }

  get open(): boolean {
    return this.#channel !== undefined && !this.#paused;
  }

  /** Messages whose promise is pending. */
  get pending(): number {
    return this.#sent.size + this.#waiting.length - this.#head;
  }

  /** Uses `channel` until it closes. */
  attach(channel: ConfirmChannel): void {
    let cause: Error | undefined;
    this.#channel = channel;
    this.#reopening = false;
    this.#full = false;
    this.#refusing.clear();
    channel.on("error", (error) => {
      cause = error;
    });
    channel.on("drain", () => {
      if (channel !== this.#channel) return;
      this.#full = false;
      this.#pump();
    });
    channel.on("return", (message) => this.#onReturn(message));
    // Before amqplib's own listener, which would report each message as one that the broker refused.
    channel.prependListener("close", () => this.#detach(channel, closeReason(cause)));
    this.#pump();
  }

  /** No channel follows for now: fails the messages that wait for one. */
  abandon(reason: MessagingError): void {
    this.#reopening = false;
    if (!this.#channel) this.#fail(this.#takeWaiting(), reason);
  }

  /** While paused, messages queue and nothing is sent. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.#pump();
  }

  /**
   * Resolves once the broker has confirmed the message.
   * @throws MessagingError `message-returned`, `message-refused`, `message-invalid`, `confirm-timeout`,
   *   `channel-closed` or `connection-closed`; after all but the first three it may have arrived
   */
  publish(publication: Publication): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#channel && !this.#reopening) {
        const message = `cannot publish ${name(publication)}: there is no channel to the broker`;
        reject(new MessagingError("connection-closed", message));
        return;
      }
      const deadline = performance.now() + this.#timeout;
      this.#waiting.push({ publication, deadline, resolve, reject, returned: undefined });
      if (!this.#timer) this.#startClock(this.#timeout);
      this.#pump();
    });
  }

  #pump(): void {
    const channel = this.#channel;
    if (!channel) return;
    while (!this.#full && !this.#paused && this.#sent.size < this.#window) {
      const entry = this.#next();
      if (!entry) return;
      this.#send(channel, entry);
    }
  }

  #next(): Entry | undefined {
    const entry = this.#waiting[this.#head];
    if (!entry) return undefined;
    this.#head++;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head === 4096) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  #send(channel: ConfirmChannel, entry: Entry): void {
    const { exchange, routingKey, content, properties } = entry.publication;
    this.#sent.add(entry);
    try {
      this.#full = !channel.publish(exchange, routingKey, content, properties, (error: unknown) =>
        this.#onConfirm(entry, error),
      );
    } catch (error) {
      // amqplib throws before anything is sent: the channel is closing, or it cannot encode the message.
      this.#sent.delete(entry);
      const code = error instanceof IllegalOperationError ? "channel-closed" : "message-invalid";
      const reason = error instanceof Error ? error.message : String(error);
      const message = `cannot publish ${name(entry.publication)}: ${reason}`;
      entry.reject(new MessagingError(code, message, { cause: error }));
    }
  }

  #onConfirm(entry: Entry, error: unknown): void {
    if (!this.#sent.delete(entry)) return; // rejected when its channel was abandoned
    if (entry.returned !== undefined) {
      entry.reject(
        new MessagingError(
          "message-returned",
          `the broker returned ${name(entry.publication)}: ${entry.returned}; bind a queue for this routing key`,
        ),
      );
    } else if (error) {
      entry.reject(new MessagingError("message-refused", `the broker refused ${name(entry.publication)}`));
      this.#onRefused(entry.publication);
    } else {
      if (this.#refusing.size > 0) this.#refusing.delete(routeOf(entry.publication));
      entry.resolve();
    }
    this.#pump();
  }

  /**
   * On a channel that was opened while a quorum queue had no leader, the broker may refuse every message for that queue
   * from then on (seen with RabbitMQ 3.10 after a cluster node was killed). On a new channel, it accepts them.
   */
  #onRefused(publication: Publication): void {
    const route = routeOf(publication);
    const now = performance.now();
    const before = this.#refusing.get(route);
    const since = before !== undefined && now - before.last < refusalPatience ? before.since : now;
    this.#refusing.set(route, { since, last: now });
    if (now - since > refusalPatience)
      this.#giveUp(new Error(`the broker keeps refusing messages for ${route}`));
  }

  /** Fails everything on this channel without waiting for the broker: it may not even answer the close. */
  #giveUp(reason: Error): void {
    const channel = this.#channel;
    if (!channel) return;
    this.#detach(channel, closeReason(reason));
    channel.close().catch(() => {});
  }

  /** A returned message is confirmed afterwards like any other. */
  #onReturn(message: Message): void {
    const { messageId } = message.properties;
    const { exchange, routingKey } = message.fields;
    const reason = "replyText" in message.fields ? String(message.fields.replyText) : "no queue accepted it";
    // If several have the same id, or no id, none is assumed to be delivered.
    for (const entry of this.#sent) {
      const { publication } = entry;
      if (
        publication.properties.messageId === messageId &&
        publication.exchange === exchange &&
        publication.routingKey === routingKey
      ) {
        entry.returned = reason;
      }
    }
  }

  #detach(channel: ConfirmChannel, error: MessagingError): void {
    if (channel !== this.#channel) return;
    this.#channel = undefined;
    this.#reopening = this.#keepUnsent && publishFault(error) !== undefined;
    const sent = [...this.#sent];
    this.#sent.clear();
    this.#fail(this.#reopening ? sent : [...sent, ...this.#takeWaiting()], error);
  }

  #takeWaiting(): Entry[] {
    const entries = this.#waiting.slice(this.#head);
    this.#waiting = [];
    this.#head = 0;
    return entries;
  }

  #fail(entries: readonly Entry[], error: MessagingError): void {
    for (const entry of entries) {
      const message = `${name(entry.publication)} was not confirmed: ${error.message}`;
      entry.reject(new MessagingError(error.code, message, { cause: error }));
    }
  }

  /** Entries are sent in the order of their calls, so the oldest is the first of those sent, or of the queue. */
  #expire(): void {
    this.#timer = undefined;
    const now = performance.now();
    const [oldestSent] = this.#sent;
    if (oldestSent && oldestSent.deadline <= now) {
      this.#sent.delete(oldestSent);
      oldestSent.reject(timedOut(oldestSent, this.#timeout));
      this.#giveUp(new Error("a confirm did not come in time"));
    }
    let oldest = this.#oldest();
    while (oldest && oldest.deadline <= now) {
      this.#next();
      oldest.reject(timedOut(oldest, this.#timeout));
      oldest = this.#oldest();
    }
    if (oldest) this.#startClock(oldest.deadline - now);
  }

  #oldest(): Entry | undefined {
    const [sent] = this.#sent;
    return sent ?? this.#waiting[this.#head];
  }

  #startClock(milliseconds: number): void {
    this.#timer = setTimeout(() => this.#expire(), Math.max(1, milliseconds));
    this.#timer.unref();
  }
}

function routeOf({ exchange, routingKey }: Publication): string {
  return `exchange "${exchange}" with routing key "${routingKey}"`;
}

function name({ exchange, routingKey, properties }: Publication): string {
  return `${properties.type ?? "a message"} ${properties.messageId ?? "without id"} to exchange "${exchange}" with routing key "${routingKey}"`;
}

function timedOut(entry: Entry, timeout: number): MessagingError {
  return new MessagingError(
    "confirm-timeout",
    `the broker did not confirm ${name(entry.publication)} within ${timeout} ms`,
  );
}
