import type { ConnectionOptions } from "node:tls";
import { Connection } from "./connection/connection.ts";
import { type Consumer, QueueConsumer } from "./consume/consumer.ts";
import type { Inbox } from "./consume/inbox.ts";
import { Redelivery } from "./consume/redelivery.ts";
import { Settler } from "./consume/settle.ts";
import { subscriptionsOf } from "./consume/subscription.ts";
import { DeadLetters } from "./dead-letters/dead-letters.ts";
import type { DeadLetterJournal } from "./dead-letters/journal.ts";
import type { Handlers, QueueDefinition } from "./define/queue.ts";
import { callSafely, type Log, Throttle } from "./log.ts";
import type { Observer } from "./observer.ts";
import { OutboxPublisher, type Publisher } from "./publish/publisher.ts";
import type { ConsumedQueueDescriptor, ServiceTopology } from "./topology/topology.ts";
import { Upkeep } from "./topology/upkeep.ts";

export interface BrokerOptions {
  /** `amqp://user:password@host:port/virtual-host`, or `amqps://…`; several, with commas between them, for a cluster. */
  readonly url: string;
  /** CertificateAuthority, certificate and key for `amqps://`. @default the system's authorities, and no certificate */
  readonly tls?: ConnectionOptions;
  /** The service's part of the contract. */
  readonly topology: ServiceTopology;
  readonly log: Log;
  /** @default nobody */
  readonly observer?: Observer;
  /** Shown by the broker's management. @default the service's name */
  readonly connectionName?: string;
  /** Messages that may be published and not yet confirmed. @default 500 */
  readonly publishWindow?: number;
  /** Milliseconds after which a message that is not confirmed fails. @default 30_000 */
  readonly confirmTimeout?: number;
  /** Milliseconds between two declarations of the topology. @default 2_000 */
  readonly declareInterval?: number;
}

/** A service's access to the broker: what it owns is declared, its outbox published, its queues consumed. */
export interface Broker {
  readonly publisher: Publisher;
  readonly connected: boolean;

  /** Calls `listener` on each new connection, when the topology is declared; returns a function that ends it. */
  onConnected(listener: () => void): () => void;

  /**
   * Consumes `queue` from now on, whenever there is a connection.
   * @param handlers one for each message that the queue takes
   * @throws Error when two of its messages are of the same type and version
   */
  consume<Queue extends QueueDefinition, Transaction>(
    queue: Queue,
    inbox: Inbox<Transaction>,
    handlers: Handlers<Queue, Transaction>,
  ): Consumer;

  /** What operators do with the messages that these queues of the service gave up. */
  deadLetters<Transaction>(
    queues: readonly ConsumedQueueDescriptor[],
    inbox: Inbox<Transaction>,
    journal: DeadLetterJournal<Transaction>,
  ): DeadLetters<Transaction>;

  /**
   * Takes no more deliveries, and finishes and acknowledges the batches under way; publishing goes on. Safe to
   * call twice.
   * @param options.timeout milliseconds for it; what is not done by then is redelivered. @default 10_000
   */
  stopConsuming(options?: { readonly timeout?: number }): Promise<void>;

  /**
   * Stops consuming, waits for the confirms of what was published, and disconnects. The database has to stay
   * open until then.
   * @param options.timeout milliseconds for all of it; what is not done by then is redelivered. @default 10_000
   */
  close(options?: { readonly timeout?: number }): Promise<void>;
}

/** Milliseconds between two log lines about one condition that lasts. */
const logInterval = 5_000;

/**
 * Resolves at once and connects in the background, so that a service starts while its broker is away.
 * @throws MessagingError when the URL cannot be one of a broker
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  const { url, tls = {}, topology, log, observer } = options;
  const throttle = new Throttle(logInterval);
  const confirms = {
    ...(options.publishWindow !== undefined && { window: options.publishWindow }),
    ...(options.confirmTimeout !== undefined && { confirmTimeout: options.confirmTimeout }),
  };

  const upkeep = new Upkeep({
    ...{ topology, log, throttle },
    interval: options.declareInterval ?? 2_000,
    onDeclared: (glances) => observer?.queues(glances),
  });
  const name = options.connectionName ?? topology.service;
  // A broker that is short of memory reads nothing more from a connection that publishes, acknowledgements
  // included: on one connection, consumers would stall and the queues that fill its memory would never drain.
  const [consuming, publishing] = await Promise.all([
    Connection.open({
      ...{ url, tls, log, throttle },
      name: `${name} consumes`,
      setup: (model) => upkeep.declareOn(model),
    }),
    Connection.open({ ...{ url, tls, log, throttle }, name: `${name} publishes`, setup: async () => {} }),
  ]);
  const declare = () => upkeep.declareSoon();
  const publisher = new OutboxPublisher({ connection: publishing, confirms, upkeep, log, throttle });
  const redelivery = new Redelivery({ connection: publishing, confirms, declare, log, throttle });
  const consumers: QueueConsumer[] = [];
  upkeep.start(consuming, () => publisher.update());

  let consumed: Promise<unknown> | undefined;
  const stopConsuming = async (timeout: number) => {
    consuming.startClosing();
    consumed ??= Promise.all(consumers.map((consumer) => consumer.close(timeout)));
    await consumed;
  };
  let closing: Promise<void> | undefined;
  const close = async (timeout: number) => {
    const deadline = performance.now() + timeout;
    const left = () => Math.max(0, deadline - performance.now());
    publishing.startClosing();
    await stopConsuming(left());
    await publisher.close(left());
    upkeep.stop();
    const within = Math.max(500, left());
    await Promise.all([consuming.close(within), publishing.close(within)]);
  };

  return {
    publisher,
    get connected() {
      return consuming.model !== undefined && publishing.model !== undefined;
    },
    onConnected(listener) {
      const onConnected = () => callSafely(listener, log);
      consuming.on("connected", onConnected);
      return () => consuming.off("connected", onConnected);
    },
    consume(queue, inbox, handlers) {
      const subscriptions = subscriptionsOf(queue.messages, handlers);
      const settler = new Settler({ queue, subscriptions, inbox, redelivery, log, throttle, observer });
      const settle: typeof settler.settle = (session, messages) => settler.settle(session, messages);
      const consumer = new QueueConsumer({ connection: consuming, queue, settle, declare, log, throttle });
      consumers.push(consumer);
      return consumer;
    },
    deadLetters(queues, inbox, journal) {
      return new DeadLetters({ model: () => publishing.model, queues, inbox, journal, log, observer });
    },
    stopConsuming: ({ timeout = 10_000 } = {}) => stopConsuming(timeout),
    close({ timeout = 10_000 } = {}) {
      closing ??= close(timeout);
      return closing;
    },
  };
}
