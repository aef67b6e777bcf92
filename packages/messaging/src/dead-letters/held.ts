import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from "amqplib";
import { closeQuietly, plainChannel, replyCode, watched } from "../connection/channel.ts";
import { MessagingError } from "../errors.ts";
import { pause } from "../pause.ts";

/**
 * Messages that are in this process at once, at most. The broker's channel passes on 32 acknowledgements to a
 * quorum queue before it hears of the first; it keeps back further ones, and forgets them when it is closed.
 */
const chunkSize = 30;
/** Milliseconds to wait for messages that the broker counted, and that somebody else may hold by now. */
const patience = 500;
/** As often the broker may count messages and hand over none. */
const maxEmptyChunks = 20;

/**
 * Reads a queue without taking anything from it: what is not acknowledged goes back when this is closed, or
 * when the process ends. Until then nobody else gets it. Only one chunk is in memory at a time.
 */
export class HeldQueue {
  readonly channel: ConfirmChannel;
  /** Messages that were there to be had at the start; what comes later is left for the next time. */
  readonly messages: number;
  readonly #queue: string;
  readonly #model: ChannelModel;
  readonly #closed: Promise<MessagingError>;
  /** Came while the acknowledgements were flushed; the first of the next chunk. */
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
   * The next messages, in about the order of the queue; none at its end.
   * @throws MessagingError `channel-closed` or `connection-closed`: everything not acknowledged is back
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
      throw new Error("the broker counts messages in it, and hands over none");
    } catch (error) {
      throw unreadable(this.#queue, error);
    }
  }

  /**
   * Takes a message of the last chunk out of the queue. Of no effect once the channel is closed: the message is
   * back then.
   */
  ack(message: ConsumeMessage): void {
    try {
      this.channel.ack(message);
      this.#acknowledged++;
    } catch {
      // IllegalOperationError; whoever has to know asks with `flush`
    }
  }

  /** Resolves once every acknowledged message is out of the queue; rejects when some may not be. */
  async flush(): Promise<void> {
    try {
      // A queue answers a consumer in order with acknowledgements, unlike a question for its length.
      if (this.#flushed < this.#acknowledged) this.#ahead.push(...(await this.#consume(0)));
    } catch (error) {
      throw unreadable(this.#queue, error);
    }
  }

  /** Gives back what is held, and waits a moment until the broker offers it again. */
  async [Symbol.asyncDispose](): Promise<void> {
    let offered: number | undefined;
    try {
      await this.flush();
      offered = (await this.channel.checkQueue(this.#queue)).messageCount;
    } catch {
      // It is over in any case; whoever has to know of the acknowledgements has flushed them before.
    }
    await closeQuietly(this.channel);
    const held = this.#taken - this.#acknowledged;
    if (held > 0 && offered !== undefined) await this.#untilOffered(offered + held);
  }

  /**
   * A consumer for each chunk, since a queue hands one consumer only so many unacknowledged messages;
   * basic.get would ask for each message by itself, which is slower by an order of magnitude.
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
      // Without a message the broker has cancelled the consumer: the queue is gone.
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
      // the connection or the queue went: there is nothing to wait for
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
