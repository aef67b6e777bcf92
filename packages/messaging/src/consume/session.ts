import type { Channel, ConsumeMessage } from "amqplib";

/** The deliveries of one channel until it closes. */
export class Session {
  readonly channel: Channel;
  #buffer: ConsumeMessage[] = [];
  readonly #over = new AbortController();

  constructor(channel: Channel) {
    this.channel = channel;
  }

  /** Aborted once the channel is closed or the consumer closes: whatever waits for a retry gives up. */
  get signal(): AbortSignal {
    return this.#over.signal;
  }

  push(message: ConsumeMessage): void {
    if (this.signal.aborted) return;
    this.#buffer.push(message);
  }

  /**
   * The next batch, oldest first: up to `size` messages, either all redelivered or none of them. Empty when there are none
   * or the session is over. Because batches are acknowledged one after another, each holds the oldest unacknowledged
   * messages of the channel.
   */
  take(size: number): ConsumeMessage[] {
    const redelivered = this.#buffer[0]?.fields.redelivered;
    const end = this.#buffer.findIndex((message) => message.fields.redelivered !== redelivered);
    return this.#buffer.splice(0, end === -1 ? size : Math.min(size, end));
  }

  /** Acknowledges `last` and everything delivered before it; has no effect once the channel is closed. */
  ackThrough(last: ConsumeMessage): void {
    try {
      // Must be the channel that delivered it: on any other, the tag means nothing or another message.
      this.channel.ack(last, true);
    } catch {
      // IllegalOperationError: the channel is closed, so the broker has requeued the messages
    }
  }

  /** Hands out nothing more; the batch in progress may still be acknowledged. */
  end(): void {
    this.#buffer = [];
    this.#over.abort();
  }
}
