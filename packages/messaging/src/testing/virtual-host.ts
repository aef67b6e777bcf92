import { randomBytes } from "node:crypto";
import { type Channel, type ChannelModel, connect } from "amqplib";
import { closeQuietly, plainChannel } from "../connection/channel.ts";
import { ManagementApi } from "../topology/management-api.ts";
import { serverUrl, uniqueName } from "./environment.ts";
import { changedUrl } from "./urls.ts";

/** A message as the management API returns it. */
export interface BrokerMessage {
  readonly payload: string;
  readonly exchange: string;
  readonly routing_key: string;
  readonly redelivered: boolean;
  readonly properties: {
    readonly message_id?: string;
    readonly type?: string;
    readonly correlation_id?: string;
    readonly headers?: Readonly<Record<string, unknown>>;
    readonly [name: string]: unknown;
  };
}

export interface BrokerExchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly internal: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface BrokerQueue {
  readonly name: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly exclusive: boolean;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface BrokerBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: "queue" | "exchange";
  readonly routing_key: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

/**
 * Creates a virtual host and a user with all permissions in it.
 * @param admin @default the broker of AMQP_URL and RABBITMQ_MANAGEMENT_URL
 */
export async function testVirtualHost(
  admin: { readonly AMQP_URL: string; readonly RABBITMQ_MANAGEMENT_URL: string } = {
    AMQP_URL: serverUrl("AMQP_URL"),
    RABBITMQ_MANAGEMENT_URL: serverUrl("RABBITMQ_MANAGEMENT_URL"),
  },
): Promise<TestVirtualHost> {
  const managementUrl = admin.RABBITMQ_MANAGEMENT_URL;
  const name = uniqueName();
  const password = randomBytes(12).toString("hex");
  const management = new ManagementApi(managementUrl);
  await management.put(`vhosts/${name}`);
  await management.put(`users/${name}`, { password, tags: "management" });
  await management.put(`permissions/${name}/${name}`, { configure: ".*", write: ".*", read: ".*" });
  const amqpUrl = changedUrl(admin.AMQP_URL, { path: name, user: name, password });
  return new TestVirtualHost({ name, amqpUrl, managementUrl });
}

export class TestVirtualHost {
  readonly name: string;
  /** For a user with all permissions in this virtual host and none elsewhere. */
  readonly amqpUrl: string;
  /** For the administrator. */
  readonly managementUrl: string;
  readonly #management: ManagementApi;
  /** Kept, since tests ask for the depth of queues again and again until it is right. */
  #connection: Promise<ChannelModel> | undefined;

  constructor({ name, amqpUrl, managementUrl }: { name: string; amqpUrl: string; managementUrl: string }) {
    this.name = name;
    this.amqpUrl = amqpUrl;
    this.managementUrl = managementUrl;
    this.#management = new ManagementApi(managementUrl);
  }

  /** All declared exchanges, without the predefined ones. */
  async exchanges(): Promise<BrokerExchange[]> {
    const all = (await this.#management.get(`exchanges/${this.name}`)) as BrokerExchange[];
    return all.filter(({ name }) => name !== "" && !name.startsWith("amq."));
  }

  async queues(): Promise<BrokerQueue[]> {
    // With other columns, the broker would collect the statistics of each queue.
    const columns = "name,durable,auto_delete,exclusive,arguments";
    return (await this.#management.get(`queues/${this.name}?columns=${columns}`)) as BrokerQueue[];
  }

  /** All bindings, without those to the default exchange. */
  async bindings(): Promise<BrokerBinding[]> {
    const all = (await this.#management.get(`bindings/${this.name}`)) as BrokerBinding[];
    return all.filter(({ source }) => source !== "");
  }

  /** Messages ready in the queue now. Asked over AMQP, because the management API's count is seconds old. */
  async queueDepth(queue: string): Promise<number> {
    return (await this.#status(queue)).messageCount;
  }

  /** Messages ready in each of these queues at this moment. */
  async queueDepths(queues: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#onChannel(async (channel) => {
      const depths = queues.map(async (name) => {
        const { messageCount } = await channel.checkQueue(name);
        return [name, messageCount] as const;
      });
      return new Map(await Promise.all(depths));
    });
  }

  /** Consumers of the queue now; a service consumes once everything that it owns is declared. */
  async consumers(queue: string): Promise<number> {
    return (await this.#status(queue)).consumerCount;
  }

  async #status(queue: string): Promise<{ messageCount: number; consumerCount: number }> {
    return this.#onChannel((channel) => channel.checkQueue(queue));
  }

  /** The broker closes the channel when a queue is missing; the call that asked for it reports that. */
  async #onChannel<Result>(work: (channel: Channel) => Promise<Result>): Promise<Result> {
    this.#connection ??= this.#connect();
    const { channel } = await plainChannel(await this.#connection);
    try {
      return await work(channel);
    } finally {
      await closeQuietly(channel);
    }
  }

  /** The connection lasts until the broker ends it, or the virtual host is dropped. */
  async #connect(): Promise<ChannelModel> {
    const forget = () => {
      this.#connection = undefined;
    };
    try {
      const connection = await connect(this.amqpUrl);
      return connection.on("error", () => {}).on("close", forget);
    } catch (error) {
      forget();
      throw error;
    }
  }

  takeMessages(queue: string, count = 100): Promise<BrokerMessage[]> {
    return this.#getMessages(queue, count, "ack_requeue_false");
  }

  /** Reads up to `count` messages and requeues them; this counts as a delivery of each. */
  peekMessages(queue: string, count = 100): Promise<BrokerMessage[]> {
    return this.#getMessages(queue, count, "ack_requeue_true");
  }

  async #getMessages(queue: string, count: number, ackmode: string): Promise<BrokerMessage[]> {
    const path = `queues/${this.name}/${encodeURIComponent(queue)}/get`;
    return (await this.#management.post(path, {
      count,
      ackmode,
      encoding: "auto",
    })) as BrokerMessage[];
  }

  /** Publishes without the runtime and its checks. @returns whether it reached a queue */
  async publish(message: {
    exchange: string;
    routingKey: string;
    payload: string;
    properties?: Record<string, unknown>;
  }): Promise<boolean> {
    const path = `exchanges/${this.name}/${encodeURIComponent(message.exchange)}/publish`;
    const answer = (await this.#management.post(path, {
      routing_key: message.routingKey,
      payload: message.payload,
      payload_encoding: "string",
      properties: { delivery_mode: 2, ...message.properties },
    })) as { routed: boolean };
    return answer.routed;
  }

  async deleteQueue(queue: string): Promise<void> {
    await this.#management.delete(`queues/${this.name}/${encodeURIComponent(queue)}`);
  }

  async deleteExchange(exchange: string): Promise<void> {
    await this.#management.delete(`exchanges/${this.name}/${encodeURIComponent(exchange)}`);
  }

  /** Closes every connection of the users of this virtual host, as a restarting broker would. */
  async closeConnections(): Promise<void> {
    // By user, because the list of connections is seconds old.
    const users = (await this.#management.get(`vhosts/${this.name}/permissions`)) as { user: string }[];
    for (const { user } of users) {
      if (user.startsWith("test_")) await this.#management.deleteIfPresent(`connections/username/${user}`);
    }
  }

  /** Deletes the virtual host with all that is in it, and its user, where they are still there. */
  async drop(): Promise<void> {
    const connection = await this.#connection?.catch(() => undefined);
    if (connection) await closeQuietly(connection);
    await this.#management.deleteIfPresent(`vhosts/${this.name}`);
    await this.#management.deleteIfPresent(`users/${this.name}`);
  }
}
