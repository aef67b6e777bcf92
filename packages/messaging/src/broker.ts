import { Connection, type ConnectionOptions } from "./connection/connection.ts";
import { Answers } from "./consume/answers.ts";
import { BatchProcessor } from "./consume/batch-processor.ts";
import { type Consumer, QueueConsumer } from "./consume/consumer.ts";
import { subscriptionsOf } from "./consume/handler.ts";
import type { Inbox } from "./consume/inbox.ts";
import { Redelivery } from "./consume/redelivery.ts";
import { DeadLetters } from "./dead-letters/dead-letters.ts";
import type { DeadLetterJournal } from "./dead-letters/journal.ts";
import type { Handlers, QueueDefinition } from "./define/queue.ts";
import type { OutboxMessage } from "./message/message.ts";
import type { Observer } from "./observer.ts";
import type { ConfirmsOptions } from "./publish/confirms.ts";
import { OutboxPublisher, type Publisher } from "./publish/publisher.ts";
import type { Requester } from "./request/client.ts";
import { observedRequest } from "./request/observed-request.ts";
import { Requests } from "./request/requests.ts";
import type { ConsumedQueueDescriptor, ServiceTopology } from "./topology/topology.ts";
import { TopologyKeeper } from "./topology/topology-keeper.ts";

export interface BrokerOptions
  extends Pick<ConnectionOptions, "url" | "tls" | "log">,
    Pick<ConfirmsOptions, "publishWindow" | "confirmTimeout"> {
  /** The service's part of the contract. */
  readonly topology: ServiceTopology;
  /** For metrics and traces. @default none */
  readonly observer?: Observer;
  /** Shown in the broker's management UI. @default the service's name */
  readonly connectionName?: string;
  /** Milliseconds between two declarations of the topology. @default 2_000 */
  readonly declareInterval?: number;
  /** Nothing is consumed before it resolves: deliveries that cannot be handled yet stay for other processes. @default at once */
  readonly consumeAfter?: Promise<unknown>;
}

/** A service's access to the broker: it declares what the service owns, publishes its outbox and consumes its queues. */
export interface Broker extends Requester {
  readonly publisher: Publisher;
  readonly connected: boolean;
  /** Why the service cannot declare or publish, in words; undefined while it can. */
  readonly problem: string | undefined;
  /** One for each call of `consume`. */
  readonly consumers: readonly Consumer[];

  /**
   * Consumes `queue` from now on, whenever there is a connection.
   * @param handlers one for each message that the queue accepts
   * @throws Error when two of its messages have the same type and version
   */
  consume<Queue extends QueueDefinition, Transaction>(
    queue: Queue,
    inbox: Inbox<Transaction>,
    handlers: Handlers<Queue, Transaction>,
  ): Consumer;

  /** Lets operators act on the dead letters of these queues of the service. */
  deadLetters<Transaction>(
    queues: readonly ConsumedQueueDescriptor[],
    inbox: Inbox<Transaction>,
    journal: DeadLetterJournal<Transaction>,
  ): DeadLetters<Transaction>;

  /**
   * Accepts no more deliveries, and finishes and acknowledges the batches in progress; publishing continues. Safe to
   * call twice.
   * @param options.timeout milliseconds; what is not done by then is redelivered. @default 10_000
   */
  stopConsuming(options?: { readonly timeout?: number }): Promise<void>;

  /**
   * Stops consuming, waits for outstanding confirms, and disconnects. The database must stay open until then.
   * @param options.timeout milliseconds in total; what is not done by then is redelivered. @default 10_000
   */
  close(options?: { readonly timeout?: number }): Promise<void>;
}

/**
 * Resolves at once and connects in the background, so that a service can start before its broker.
 * @throws MessagingError when the URL is not a broker's
 */
export async function connectBroker(options: BrokerOptions): Promise<Broker> {
  const { url, tls = {}, topology, log, observer } = options;
  const confirms: ConfirmsOptions = options;
  const keeper = new TopologyKeeper({
    topology,
    log,
    interval: options.declareInterval ?? 2_000,
    onDeclared: (statuses) => observer?.queues(statuses),
  });
  const name = options.connectionName ?? topology.service;
  // A broker that is short of memory reads nothing from a connection that publishes, not even acknowledgements: on a shared
  // connection, consumers would stall and the queues that fill the memory would never drain.
  const [consuming, publishing] = await Promise.all([
    Connection.open({ url, tls, log, name: `${name} consumes`, setup: (model) => keeper.declareOn(model) }),
    Connection.open({ url, tls, log, name: `${name} publishes`, setup: async () => {} }),
  ]);
  const declare = () => keeper.declareSoon();
  const publisher = new OutboxPublisher({ connection: publishing, confirms, keeper, log });
  const redelivery = new Redelivery({ connection: publishing, confirms, declare, log });
  // Each opens a channel when it is first needed.
  let answers: Answers | undefined;
  let requests: Requests | undefined;
  const consumers: QueueConsumer[] = [];
  keeper.start(consuming, () => publisher.onDeclared());

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
    requests?.close();
    await publisher.close(left());
    keeper.stop();
    const within = Math.max(500, left());
    await Promise.all([consuming.close(within), publishing.close(within)]);
  };

  return {
    publisher,
    consumers,
    get connected() {
      return consuming.model !== undefined && publishing.model !== undefined;
    },
    get problem() {
      return consuming.problem ?? publishing.problem ?? keeper.lackOfPermission ?? publisher.problems[0];
    },
    consume(queue, inbox, handlers) {
      const subscriptions = subscriptionsOf(queue, handlers);
      if (queue.replies) {
        answers ??= new Answers({ connection: publishing, confirms, service: topology.service, log });
      }
      const processor = new BatchProcessor({
        queue,
        subscriptions,
        inbox,
        redelivery,
        answers,
        log,
        observer,
      });
      const consumer = new QueueConsumer({
        connection: consuming,
        queue,
        processBatch: (session, messages) => processor.process(session, messages),
        declare,
        log,
        after: options.consumeAfter,
      });
      consumers.push(consumer);
      return consumer;
    },
    request(message, read, requestOptions) {
      requests ??= new Requests({ connection: publishing, confirms, log });
      const sender = requests;
      const send = async (observed: OutboxMessage) => read(await sender.send(observed, requestOptions));
      return observedRequest(observer, message, send, requestOptions.signal);
    },
    deadLetters(queues, inbox, journal) {
      const model = () => publishing.model;
      return new DeadLetters({ model, confirms, queues, inbox, journal, log, observer });
    },
    stopConsuming: ({ timeout = 10_000 } = {}) => stopConsuming(timeout),
    close({ timeout = 10_000 } = {}) {
      closing ??= close(timeout);
      return closing;
    },
  };
}
