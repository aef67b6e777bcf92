import type { ChannelModel, ConsumeMessage } from "amqplib";
import { closeQuietly, plainChannel, superviseSession } from "../connection/channel.ts";
import type { Connection } from "../connection/connection.ts";
import type { Log, Throttle } from "../log.ts";
import { finishesWithin } from "../pause.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import { Session } from "./session.ts";

/** A queue that is being consumed. */
export interface Consumer {
  readonly queue: string;
  /** The broker hands deliveries to this process at present. */
  readonly active: boolean;
}

export interface ConsumerOptions {
  readonly connection: Connection;
  readonly queue: ConsumedQueueDescriptor;
  /**
   * Settles a batch: afterwards each message is acknowledged on `session`, or left to be redelivered
   * because the session is over.
   */
  readonly settle: (session: Session, messages: readonly ConsumeMessage[]) => Promise<void>;
  /** Brings back a queue that is gone. */
  readonly declare: () => void;
  readonly log: Log;
  readonly throttle: Throttle;
}

/**
 * Consumes a queue over a channel of its own, and opens another whenever that is lost or the broker cancels
 * the consumer. One batch at a time: what has arrived while the last one was settled is the next, so that
 * batches are small when there is little to do and large when there is much. Waiting for a batch to grow saves nothing:
 * with a rest of up to 50 ms after a large one, 0.95 times as many orders were settled, and took 1.4 times as long.
 */
export class QueueConsumer implements Consumer {
  readonly #options: ConsumerOptions;
  #session: Session | undefined;
  #consumerTag = "";
  #busy = false;
  #working: Promise<void> = Promise.resolve();

  constructor(options: ConsumerOptions) {
    this.#options = options;
    superviseSession(
      options.connection,
      (model) => this.#consume(model),
      (error) => {
        options.declare();
        if (options.throttle.allows(`consumer ${this.queue}`)) {
          options.log.warn({ err: error, queue: this.queue }, "consuming was interrupted; starting again");
        }
      },
    );
  }

  get queue(): string {
    return this.#options.queue.name;
  }

  get active(): boolean {
    return this.#session !== undefined;
  }

  /**
   * Takes no more deliveries and waits up to `timeout` milliseconds for the batch under way. Everything that
   * is not acknowledged by then goes back to the queue.
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
    const session = new Session(channel);
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
      if (this.#options.connection.closing) session.end();
      this.#wake();
      throw await closed;
    } finally {
      session.end();
      this.#session = undefined;
    }
  }

  /**
   * The broker cancels a consumer when its queue is deleted. What it has handed over before exists nowhere else any
   * more, so that is handled first.
   */
  async #onCancelled(session: Session): Promise<void> {
    this.#options.log.warn({ queue: this.queue }, "the broker cancelled the consumer; is the queue deleted?");
    await undefined; // what came in the same packet is being woken up for
    await this.#working;
    session.end();
    await closeQuietly(session.channel);
  }

  #wake(): void {
    if (this.#busy) return;
    this.#busy = true;
    // Not at once: the messages that came in the same packet belong into the same batch.
    queueMicrotask(() => {
      this.#working = this.#work();
    });
  }

  async #work(): Promise<void> {
    for (;;) {
      const session = this.#session;
      const messages = session?.take(this.#options.queue.batchSize) ?? [];
      if (!session || messages.length === 0) break;
      try {
        await this.#options.settle(session, messages);
      } catch (error) {
        // Unknown what became of the batch: the broker hands it over again on another channel.
        this.#options.log.error({ err: error, queue: this.queue }, "settling a batch failed");
        session.end();
        await closeQuietly(session.channel);
      }
    }
    this.#busy = false;
  }
}
