import type { Channel, ConsumeMessage } from "amqplib";

/** The deliveries of one channel, from its first to its close. */
export class Session {
  readonly channel: Channel;
  #buffer: ConsumeMessage[] = [];
  readonly #patience = new AbortController();

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** Aborted once the channel is gone or the consumer closes: whatever waits to try again gives up. */
  get signal(): AbortSignal {
    return this.#patience.signal;
  }

  push(message: ConsumeMessage): void {
    if (this.signal.aborted) return;
    this.#buffer.push(message);
  }

  /**
   * The next batch, oldest first: up to `size` messages that are all redelivered, or all not. Empty when nothing
   * is there or the session is over. Together with batches being settled one after another, this makes each
   * batch the oldest of what is unacknowledged on the channel.
   */
  take(size: number): ConsumeMessage[] {
    const redelivered = this.#buffer[0]?.fields.redelivered;
    const end = this.#buffer.findIndex((message) => message.fields.redelivered !== redelivered);
    return this.#buffer.splice(0, end === -1 ? size : Math.min(size, end));
  }

  /** Acknowledges `last` and everything delivered before it; of no effect once the channel is closed. */
  ackThrough(last: ConsumeMessage): void {
    try {
      // On the channel that delivered it: its tag means nothing, or another message, on any other.
      this.channel.ack(last, true);
    } catch {
      // IllegalOperationError: the channel is closed, and the broker has the messages back already
    }
  }

  /** Nothing more is taken or waited for; what is under way may still be acknowledged. */
  end(): void {
    this.#buffer = [];
    this.#patience.abort();
  }
}
