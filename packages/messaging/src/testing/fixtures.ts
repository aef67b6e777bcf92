/** A small contract as the generator would write it, and what tests of the runtime share. */

import assert from "node:assert/strict";
import { Type } from "@sinclair/typebox";
import type { ConfirmChannel } from "amqplib";
import { connect } from "amqplib";
import { type Broker, type BrokerOptions, connectBroker } from "../broker.ts";
import { closeQuietly } from "../connection/channel.ts";
import type { Handler } from "../consume/handler.ts";
import { allDone } from "../consume/outcome.ts";
import { defineQueue } from "../define/queue.ts";
import { defineService } from "../define/service.ts";
import {
  type Check,
  defineMessage,
  type OutboxMessage,
  type PublishedMessage,
  publishedMessage,
} from "../message/message.ts";
import type { ConsumedQueueDescriptor, QueueDescriptor } from "../topology/topology.ts";
import { MemoryInbox, type MemoryTransaction } from "./memory-inbox.ts";
import { RecordingLog } from "./recording-log.ts";
import { type TestVirtualHost, testVirtualHost } from "./virtual-host.ts";
import { eventually } from "./wait.ts";

export interface Job {
  readonly name: string;
}

const checkJob: Check = (value) =>
  typeof value === "object" && value !== null && "name" in value && typeof value.name === "string"
    ? undefined
    : { pointer: "/name", message: "must be a string" };
const checkHeaders: Check = (value) =>
  typeof value === "object" && value !== null && "schema-version" in value && value["schema-version"] === 1
    ? undefined
    : { pointer: "/schema-version", message: "must be 1" };

function jobMessage(type: string) {
  return defineMessage<Job>({
    type,
    schemaVersion: 1,
    payload: Type.Object({ name: Type.String() }),
    headers: Type.Object({ "schema-version": Type.Literal(1) }),
    checkPayload: checkJob,
    checkHeaders,
    correlationId: ({ name }) => `job ${name.slice(0, 100)}`,
  });
}

export const jobAdded = jobMessage("job.added");
export const jobRemoved = jobMessage("job.removed");

export const jobsQueue = defineQueue({
  name: "jobs",
  redeliveryExchange: "shop.redelivery",
  deadLetterQueue: "jobs.dead",
  retryTiers: [
    { queue: "jobs.retry.100ms", delay: 100 },
    { queue: "jobs.retry.300ms", delay: 300 },
  ],
  deliveryLimit: 1_000_000,
  prefetch: 40,
  batchSize: 20,
  bindings: [
    { exchange: "shop", routingKey: "job.added" },
    { exchange: "shop", routingKey: "job.removed" },
  ],
  messages: { jobAdded, jobRemoved },
});

export const shop = defineService({
  name: "shop",
  sends: {
    jobAdded: { message: jobAdded, exchange: "shop", routingKey: "job.added", queues: ["jobs"] },
    jobRemoved: { message: jobRemoved, exchange: "shop", routingKey: "job.removed", queues: ["jobs"] },
  },
  queues: [jobsQueue],
});

export const { topology } = shop;

/** A valid message on the way to the queue `jobs`. */
export function job(name: string, route: Partial<PublishedMessage<Job>> = {}): OutboxMessage {
  return publishedMessage({ ...shop.sends.jobAdded, service: shop.name, ...route }, { name });
}

export function queue(
  name: string,
  args: QueueDescriptor["arguments"],
  bindings: QueueDescriptor["bindings"] = [],
): QueueDescriptor {
  const redelivered = { exchange: "shop.redelivery", routingKey: name };
  return { name, durable: true, arguments: args, bindings: [...bindings, redelivered] };
}

/** A service in its own virtual host, and what tests inspect. */
export class MessagingFixture {
  readonly log = new RecordingLog();
  readonly inbox = new MemoryInbox();
  readonly host: TestVirtualHost;
  readonly #brokers: Broker[] = [];

  private constructor(host: TestVirtualHost) {
    this.host = host;
  }

  static async create(): Promise<MessagingFixture> {
    return new MessagingFixture(await testVirtualHost());
  }

  /** Connects; `closeBrokers` closes the connection. */
  async connect(options: Partial<BrokerOptions> = {}): Promise<Broker> {
    const broker = await connectBroker({ url: this.host.amqpUrl, topology, log: this.log, ...options });
    this.#brokers.push(broker);
    return broker;
  }

  /** Connects and waits until messages can be published. */
  async ready(options: Partial<BrokerOptions> = {}): Promise<Broker> {
    const broker = await this.connect(options);
    await whenReady(broker);
    return broker;
  }

  /** Consumes `jobs` with one handler for each of its messages. */
  consume(
    broker: Broker,
    handler: Handler<Job, MemoryTransaction>,
    consumed: Omit<typeof jobsQueue, keyof ConsumedQueueDescriptor> & ConsumedQueueDescriptor = jobsQueue,
  ) {
    return broker.consume(consumed, this.inbox, { jobAdded: handler, jobRemoved: handler });
  }

  /** A handler whose effect is the name of the job. */
  readonly apply: Handler<Job, MemoryTransaction> = async (deliveries, tx) => {
    for (const { payload } of deliveries) tx.effects.push(payload.name);
    return allDone(deliveries);
  };

  /** Waits until `count` messages are in a queue: what a consumer returns arrives shortly after it has closed. */
  async left(queue: string, count: number): Promise<void> {
    await eventually(async () => assert.equal(await this.host.queueDepth(queue), count));
  }

  /** Waits until the jobs of these names, and no others, have had their effect. */
  async effects(names: readonly string[]): Promise<void> {
    await eventually(() => assert.deepEqual([...this.inbox.effects].sort(), [...names].sort()));
  }

  /** Closes the brokers. What was not acknowledged would be back in the queue then. */
  async allAcknowledged(): Promise<void> {
    await this.closeBrokers();
    assert.equal(await this.host.queueDepth("jobs"), 0);
  }

  /** For a connection that is never lost: the broker closes the channel of a consumer that acknowledges a message twice. */
  async allAcknowledgedOnce(): Promise<void> {
    await this.allAcknowledged();
    assert.deepEqual(this.log.matching(/interrupted|processing a batch failed/), []);
  }

  /** Closes the brokers; what their consumers did not acknowledge returns to the queue. */
  async closeBrokers(): Promise<void> {
    await Promise.all(this.#brokers.splice(0).map((broker) => broker.close({ timeout: 30_000 })));
  }

  async end(): Promise<void> {
    await this.closeBrokers();
    await this.host.drop();
  }
}

export function whenReady({ publisher }: Broker): Promise<void> {
  if (publisher.ready) return Promise.resolve();
  return new Promise((resolve) => {
    const end = publisher.onReady(() => {
      end();
      resolve();
    });
  });
}

/** A plain amqplib channel, for what the runtime itself never does. */
export async function rawChannel(url: string): Promise<{ channel: ConfirmChannel; close(): Promise<void> }> {
  const connection = await connect(url);
  connection.on("error", () => {});
  const channel = await connection.createConfirmChannel();
  channel.on("error", () => {});
  return { channel, close: () => closeQuietly(connection) };
}
