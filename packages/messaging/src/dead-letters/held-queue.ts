import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { closeQuietly, plainChannel, replyCode, watched } from "../connection/channel.ts";
import { MessagingError } from "../errors.ts";
import { pause } from "../timing.ts";

/**
 * The most messages held at once. The broker's channel passes 32 acknowledgements on to a quorum queue before the first is
 * answered; further ones wait in the channel and are lost when it closes.
 */
const chunkSize = 30;
/** Milliseconds to wait for messages that the broker counted and that another process may hold by now. */
const patience = 500;
/** How often the broker may count messages and deliver none. */
const maxEmptyChunks = 20;

/**
 * Reads a queue without removing anything: what is not acknowledged returns to the queue when this is disposed of or the
 * process ends. Until then no other process gets it. Only one chunk is in memory at a time.
 */
export class HeldQueue {
  readonly channel: ConfirmChannel;
  /** Messages available at the start; later ones are not read. */
  readonly messages: number;
  readonly #queue: string;
  readonly #model: ChannelModel;
  readonly #closed: Promise<MessagingError>;
  /** Arrived while acknowledgements were flushed; they begin the next chunk. */
  #ahead: ConsumeMessage[] = [];
  #handedOut = 0;
  #taken = 0;
  #acknowledged = 0;
  #flushed = 0;

  /** @throws MessagingError `channel-closed` when there is no such queue, `connection-closed` */
  static async open(model: ChannelModel, queue: string): Promise<HeldQueue> {
    try {
      const { channel, closed } = await watched(model.createConfirmChannel());
      const { messageCount } = await channel.checkQueue(queue);
      return new HeldQueue(model, queue, channel, closed, messageCount);
    } catch (error) {
      throw unreadable(queue, error);
    }
  }

  private constructor(
    model: ChannelModel,
    queue: string,
    channel: ConfirmChannel,
    closed: Promise<MessagingError>,
    messages: number,
  ) {
    this.#model = model;
    this.#queue = queue;
    this.channel = channel;
    this.#closed = closed;
    this.messages = messages;
  }

  /**
   * The next messages, roughly in the order of the queue; none at its end.
   * @throws MessagingError `channel-closed` or `connection-closed`: everything not acknowledged is back in the queue
   */
  async next(): Promise<ConsumeMessage[]> {
    try {
      for (let attempt = 0; attempt < maxEmptyChunks; attempt++) {
        const left = Math.min(chunkSize, this.messages - this.#handedOut);
        if (left <= 0) return [];
        const { messageCount } = await this.channel.checkQueue(this.#queue);
        const wanted = Math.min(left - this.#ahead.length, messageCount);
        const chunk = [...this.#ahead, ...(wanted > 0 ? await this.#consume(wanted) : [])];
        this.#ahead = [];
        this.#handedOut += chunk.length;
        if (wanted <= 0 || chunk.length > 0) return chunk;
      }
      throw new Error("the broker counts messages in it but delivers none");
    } catch (error) {
      throw unreadable(this.#queue, error);
    }
  }

  /**
   * Removes a message of the last chunk from the queue. Has no effect once the channel is closed: the message is back in the
   * queue then.
   */
  ack(message: ConsumeMessage): void {
    try {
      this.channel.ack(message);
      this.#acknowledged++;
    } catch {
      // IllegalOperationError: `flush` reports it
    }
  }

  /** Resolves once every acknowledged message has left the queue; rejects when some may not have. */
  async flush(): Promise<void> {
    try {
      // A queue handles a new consumer in order with acknowledgements, unlike a request for its length.
      if (this.#flushed < this.#acknowledged) this.#ahead.push(...(await this.#consume(0)));
    } catch (error) {
      throw unreadable(this.#queue, error);
    }
  }

  /** Returns what is held to the queue, and waits briefly until it is available again. */
  async [Symbol.asyncDispose](): Promise<void> {
    let offered: number | undefined;
    try {
      await this.flush();
      offered = (await this.channel.checkQueue(this.#queue)).messageCount;
    } catch {
      // Nothing more can be done; callers that depend on the acknowledgements have flushed them.
    }
    await closeQuietly(this.channel);
    const held = this.#taken - this.#acknowledged;
    if (held > 0 && offered !== undefined) await this.#untilOffered(offered + held);
  }

  /**
   * Uses one consumer for each chunk, because a queue limits the unacknowledged messages of a consumer. basic.get would
   * cost a round trip for each message.
   */
  async #consume(wanted: number): Promise<ConsumeMessage[]> {
    const chunk: ConsumeMessage[] = [];
    const complete = new AbortController();
    const flushed = this.#acknowledged;
    // 0 would be no limit.
    await this.channel.prefetch(Math.max(1, wanted));
    const { consumerTag } = await this.channel.consume(this.#queue, (message) => {
      if (message) this.#taken++;
      if (message) chunk.push(message);
      // null: the broker cancelled the consumer because the queue was deleted.
      if (!message || chunk.length === wanted) complete.abort();
    });
    this.#flushed = flushed;
    const waiting = wanted > 0 ? pause(patience, complete.signal) : undefined;
    const lost = await Promise.race([this.#closed, waiting]);
    complete.abort();
    if (lost) throw lost;
    await this.channel.cancel(consumerTag);
    return chunk;
  }

  async #untilOffered(messages: number): Promise<void> {
    let channel: Channel | undefined;
    const deadline = performance.now() + patience;
    try {
      ({ channel } = await plainChannel(this.#model));
      while (performance.now() < deadline) {
        if ((await channel.checkQueue(this.#queue)).messageCount >= messages) break;
        await pause(10);
      }
    } catch {
      // the connection or the queue is gone, so there is nothing to wait for
    }
    if (channel) await closeQuietly(channel);
  }
}

function unreadable(queue: string, cause: unknown): MessagingError {
  if (cause instanceof MessagingError) return cause;
  const code = replyCode(cause) === undefined ? "connection-closed" : "channel-closed";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new MessagingError(code, `cannot read the queue "${queue}": ${reason}`, { cause });
}
