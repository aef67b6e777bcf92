import type { Channel, ConsumeMessage } from "amqplib";

/**
 * Milliseconds that an ack may wait for others: nothing depends on it, and the broker writes each to disk. After a
 * crash, the messages of this time are delivered again, which the inbox absorbs.
 */
const ackPause = 500;
/** As many handled messages are acknowledged without waiting for more. */
const ackSize = 64;

/** The deliveries of one channel until it closes. */
export class Session {
  readonly channel: Channel;
  #buffer: ConsumeMessage[] = [];
  readonly #over = new AbortController();
  readonly #ackSize: number;
  /** The last message that is handled and not acknowledged. */
  #handled: ConsumeMessage | undefined;
  /** Delivery tag up to which everything is acknowledged: the channel counts its deliveries. */
  #acknowledged = 0;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param prefetch unacknowledged deliveries that the broker allows: handled ones must leave room for more */
  constructor(channel: Channel, prefetch: number) {
    this.channel = channel;
    this.#ackSize = Math.min(ackSize, Math.ceil(prefetch / 4));
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

  /**
   * Acknowledges `last` and everything delivered before it, at once or together with what is handled soon after; has no
   * effect once the channel is closed.
   */
  ackThrough(last: ConsumeMessage): void {
    const { deliveryTag, redelivered } = last.fields;
    this.#handled = last;
    // Redelivered messages have recorded starts, which must not outlive their ack.
    if (this.signal.aborted || redelivered || deliveryTag - this.#acknowledged >= this.#ackSize) this.#ack();
    else this.#ackTimer ??= setTimeout(() => this.#ack(), ackPause);
  }

  #ack(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    const last = this.#handled;
    if (!last) return;
    this.#handled = undefined;
    this.#acknowledged = last.fields.deliveryTag;
    try {
      // Must be the channel that delivered it: on any other, the tag means nothing or another message.
      this.channel.ack(last, true);
    } catch {
      // IllegalOperationError: the channel is closed, so the broker has requeued the messages
    }
  }

  /** Hands out no more batches, and acknowledges what is handled; the batch in progress may still be acknowledged. */
  end(): void {
    this.#buffer = [];
    this.#ack();
    this.#over.abort();
  }
}
