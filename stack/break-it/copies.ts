/** Keeps copies of the messages that go through the broker, to deliver them again. */
import { topology } from "@orders/generated/topology";
import { pause } from "@rabbit-contract/messaging";
import { changedUrl } from "@rabbit-contract/messaging/testing";
import { type ConfirmChannel, type ConsumeMessage, connect } from "amqplib";

/** Maximum number of messages that are kept, the newest ones. */
const kept = 2_000;

export class Copies {
  readonly #amqpUrl: string;
  readonly #stop = new AbortController();
  readonly #messages: ConsumeMessage[] = [];
  #channel: ConfirmChannel | undefined;

  constructor(amqpUrl: string, virtualHost: string) {
    this.#amqpUrl = changedUrl(amqpUrl, { path: virtualHost });
    void this.#follow();
  }

  /** Publishes up to `count` messages again, as they were, the newest first. @returns how many, and how many to each queue */
  async send(count: number): Promise<{ sent: number; queues: Record<string, number> }> {
    const channel = this.#channel;
    if (!channel) throw new Error("the broker does not answer");
    const chosen = this.#messages.slice(-count).reverse();
    const queues: Record<string, number> = {};
    for (const { fields, properties, content } of chosen) {
      channel.publish(fields.exchange, fields.routingKey, content, { ...properties, mandatory: true });
      for (const queue of queuesOf(fields)) queues[queue] = (queues[queue] ?? 0) + 1;
    }
    await channel.waitForConfirms();
    return { sent: chosen.length, queues };
  }

  get count(): number {
    return this.#messages.length;
  }

  close(): void {
    this.#stop.abort();
  }

  /** Connects again after each loss of the connection: an exclusive queue is gone with it. */
  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await this.#consume(signal).catch(() => {
        // The broker is down, which is expected here; the list of parts shows it.
      });
      this.#channel = undefined;
      await pause(1_000, signal);
    }
  }

  async #consume(signal: AbortSignal): Promise<void> {
    const connection = await connect(this.#amqpUrl, { timeout: 5_000 });
    const closed = new Promise<void>((resolve) => connection.once("close", resolve));
    // The event of the loss; what follows it is "close".
    connection.on("error", () => {});
    const leave = () => void connection.close().catch(() => {});
    signal.addEventListener("abort", leave, { once: true });
    try {
      const channel = await connection.createConfirmChannel();
      channel.on("error", () => {});
      const { queue } = await channel.assertQueue("", { exclusive: true, maxLength: kept });
      for (const { exchange, routingKey } of routes) await channel.bindQueue(queue, exchange, routingKey);
      await channel.consume(queue, (message) => message && this.#keep(message), { noAck: true });
      this.#channel = channel;
      await closed;
    } finally {
      signal.removeEventListener("abort", leave);
      leave();
    }
  }

  #keep(message: ConsumeMessage): void {
    const { messageId } = message.properties;
    // Its own copies are delivered to it, too.
    if (this.#messages.some(({ properties }) => properties.messageId === messageId)) return;
    this.#messages.push(message);
    if (this.#messages.length > kept) this.#messages.shift();
  }
}

/** From an exchange to the queues of services; retries and dead letters have exchanges of their own. */
const bindings = topology.queues.flatMap(({ name, bindings }) =>
  bindings
    .filter(({ exchange }) => !exchange.endsWith(".redelivery"))
    .map((binding) => ({ ...binding, queue: name })),
);
const routes = [...new Map(bindings.map((one) => [`${one.exchange} ${one.routingKey}`, one])).values()];

function queuesOf({ exchange, routingKey }: { exchange: string; routingKey: string }): string[] {
  return bindings
    .filter((one) => one.exchange === exchange && one.routingKey === routingKey)
    .map(({ queue }) => queue);
}
