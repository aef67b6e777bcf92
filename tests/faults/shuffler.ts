import { setTimeout as delay } from "node:timers/promises";
import { topology } from "@orders/generated/topology";
import { serviceNames } from "@orders/stack";
import { type ConsumeMessage, connect } from "amqplib";
import type { Random } from "./random.ts";
import type { FaultSystem } from "./system.ts";

const consumedQueues = topology.queues
  .map(({ name }) => name)
  .filter((name) => !/\.(dead|retry\.\w+)$/.test(name));

/**
 * Connects services that have a virtual host each: takes messages from another service's queue in the sender's virtual
 * host, and puts them into the same queue in the consumer's. On the way, messages can be duplicated and delayed.
 */
export class Shuffler {
  /** Whether each message is delivered one to five times, up to a second late each time. */
  shuffling = false;
  /** Messages received, and deliveries made of them. */
  taken = 0;
  delivered = 0;
  readonly #random: Random;
  readonly #close: (() => Promise<void>)[] = [];

  private constructor(random: Random) {
    this.#random = random;
  }

  static async start(system: FaultSystem, random: Random): Promise<Shuffler> {
    const shuffler = new Shuffler(random);
    for (const consumer of serviceNames) {
      const target = await connect(system.amqpUrl(system.virtualHost(consumer)));
      shuffler.#close.push(() => target.close());
      const out = await target.createConfirmChannel();
      for (const sender of serviceNames.filter((name) => name !== consumer)) {
        const source = await connect(system.amqpUrl(system.virtualHost(sender)));
        shuffler.#close.push(() => source.close());
        const channel = await source.createChannel();
        await channel.prefetch(1_000);
        for (const queue of consumedQueues.filter((name) => name.startsWith(`${consumer}.`))) {
          const publish = (message: ConsumeMessage) =>
            new Promise<void>((resolve, reject) => {
              const { properties, content } = message;
              const options = { ...properties, deliveryMode: 2, mandatory: true };
              out.publish("", queue, content, options, (error: unknown) =>
                error ? reject(error) : resolve(),
              );
            });
          await channel.consume(queue, async (message) => {
            if (!message) return;
            await shuffler.#deliver(() => publish(message));
            channel.ack(message);
          });
        }
      }
    }
    return shuffler;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#close.map((close) => close()));
  }

  async #deliver(publish: () => Promise<void>): Promise<void> {
    this.taken++;
    const copies = this.shuffling ? this.#random.between(1, 5) : 1;
    this.delivered += copies;
    await Promise.all(
      Array.from({ length: copies }, async () => {
        if (this.shuffling) await delay(this.#random.between(0, 1_000));
        await publish();
      }),
    );
  }
}
