/**
 * Consuming: a channel of the consuming connection delivers into a session (session.ts); the consumer takes batches from
 * it, one at a time, and hands each to the batch processor (batch-processor.ts), which decodes it (decode.ts), applies it
 * in transactions with inbox and handlers (apply-batch.ts), sends failed messages to their next queue (redelivery.ts), and
 * acknowledges it.
 */
import type { ChannelModel, ConsumeMessage } from "amqplib";
import { closeQuietly, plainChannel, superviseSession } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import { FailureSpan } from "../failure-span.ts";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import { finishesWithin } from "../timing.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { Session } from "./session.ts";

export interface Consumer {
  readonly queue: string;
  /** The broker is delivering to this process. */
  readonly active: boolean;
  /**
   * Why it has made no progress for this many milliseconds: the broker refuses to deliver, or the same batch has been
   * in progress all that time. Undefined while it works or has nothing to do.
   */
  trouble(milliseconds: number): unknown;
}

export interface ConsumerOptions {
  readonly connection: Connection;
  readonly queue: ConsumedQueueDescriptor;
  /**
   * Handles a batch. When it resolves, each message is acknowledged on `session`, or will be redelivered because the
   * session is over.
   */
  readonly processBatch: (session: Session, messages: readonly ConsumeMessage[]) => Promise<void>;
  /** Restores a missing queue. */
  readonly declare: () => void;
  readonly log: Log;
  /** Consumes nothing before it resolves. @default at once */
  readonly after?: Promise<unknown> | undefined;
}

/**
 * Consumes a queue on its own channel and opens another one whenever that is lost or the broker cancels the consumer.
 * Handles one batch at a time: whatever arrives meanwhile is the next batch, so batches are small under low load and large
 * under high load. It never waits for a batch to grow, which would add latency and gain no throughput.
 */
export class QueueConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  #session: Session | undefined;
  #consumerTag = "";
  #busy = false;
  readonly #interruptions = new FailureSpan();
  /** `performance.now()` at the start of the batch in progress. */
  #batchStarted: number | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    const { connection, declare, log, after } = options;
    const occasionally = atMostEvery(logInterval);
    const start = () =>
      superviseSession(
        connection,
        (model) => this.#consume(model),
        (error) => {
          declare();
          this.#interruptions.failed(error);
          occasionally(() =>
            log.warn({ err: error, queue: this.queue }, "consuming was interrupted; starting again"),
          );
        },
      );
    if (after) void after.then(start);
    else start();
  }

  get queue(): string {
    return this.#options.queue.name;
  }

  get active(): boolean {
    return this.#session !== undefined;
  }

  trouble(milliseconds: number): unknown {
    const age = this.#batchStarted === undefined ? 0 : performance.now() - this.#batchStarted;
    if (age < milliseconds) return this.#interruptions.lasting(milliseconds);
    return new Error(`a batch has been in progress for ${Math.round(age / 1000)} s`);
  }

  /**
   * Takes no more deliveries and waits up to `timeout` milliseconds for the batch in progress. Everything that is not
   * acknowledged by then returns to the queue.
   */
  async close(timeout: number): Promise<void> {
    const session = this.#session;
    session?.end();
    const cancelled = session?.channel.cancel(this.#consumerTag);
    await finishesWithin(timeout, Promise.allSettled([cancelled, this.#working]));
    if (session) await finishesWithin(500, closeQuietly(session.channel));
  }

  async #consume(model: ChannelModel): Promise<void> {
    const { name, prefetch } = this.#options.queue;
    const { channel, closed } = await plainChannel(model);
    const session = new Session(channel, prefetch);
    try {
      await channel.prefetch(prefetch);
      const { consumerTag } = await channel.consume(name, (message) => {
        if (message) {
          session.push(message);
          this.#wake();
        } else {
          void this.#onCancelled(session);
        }
      });
      this.#consumerTag = consumerTag;
      this.#session = session;
      this.#interruptions.succeeded();
      if (this.#options.connection.closing) session.end();
      this.#wake();
      throw await closed;
    } finally {
      session.end();
      this.#session = undefined;
    }
  }

  /**
   * The broker cancels a consumer when its queue is deleted. What was delivered before exists nowhere else anymore, so it
   * is handled first.
   */
  async #onCancelled(session: Session): Promise<void> {
    this.#options.log.warn(
      { queue: this.queue },
      "the broker cancelled the consumer; was the queue deleted?",
    );
    await undefined; // lets #wake's microtask start on what arrived in the same packet
    await this.#working;
    session.end();
    await closeQuietly(session.channel);
  }

  #wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    // Not synchronously: messages that arrived in the same packet belong in the same batch.
    queueMicrotask(() => {
      this.#working = this.#work();
    });
  }

  async #work(): Promise<void> {
    for (;;) {
      const session = this.#session;
      const messages = session?.take(this.#options.queue.batchSize) ?? [];
      if (!session || messages.length === 0) break;
      this.#batchStarted = performance.now();
      try {
        await this.#options.processBatch(session, messages);
      } catch (error) {
        // The fate of the batch is unknown: closing the channel has the broker redeliver it.
        this.#options.log.error({ err: error, queue: this.queue }, "processing a batch failed");
        session.end();
        await closeQuietly(session.channel);
      } finally {
        this.#batchStarted = undefined;
      }
    }
    this.#busy = false;
  }
}
