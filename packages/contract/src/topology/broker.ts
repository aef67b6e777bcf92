/** The part of a broker that a contract describes, over the management API: one virtual host and its users. */
import { ManagementApi } from "@rabbit-contract/messaging/management-api";

export interface Exchange {
  readonly name: string;
  readonly type: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments?: object;
}

export interface Queue {
  readonly name: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: object;
}

export interface Binding {
  readonly source: string;
  readonly destination: string;
  readonly routing_key: string;
  readonly arguments?: object;
}

export interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export interface TopicPermission {
  readonly user: string;
  readonly exchange: string;
  readonly write: string;
  readonly read: string;
}

/** Settings for all queues and exchanges that its pattern matches, in addition to their own arguments. */
export interface Policy {
  readonly name: string;
  readonly pattern: string;
  readonly "apply-to": string;
  readonly definition: object;
}

export interface BrokerPlace {
  /** URL with an administrator's credentials, e.g. `http://user:password@localhost:15672`. */
  readonly managementUrl: string;
  /** @default "/" */
  readonly virtualHost?: string;
  /** Prefix of the users' names, so that several systems can share a broker. @default "" */
  readonly userPrefix?: string;
}

type Listed =
  | "exchanges"
  | "queues"
  | "bindings"
  | "permissions"
  | "topic-permissions"
  | "policies"
  | "operator-policies";

/** @throws ManagementError with the broker's answer, e.g. that a queue exists with other arguments */
export class Broker {
  readonly api: ManagementApi;
  readonly virtualHost: string;
  readonly userPrefix: string;
  /** Percent-encoded. */
  readonly #host: string;

  constructor({ managementUrl, virtualHost = "/", userPrefix = "" }: BrokerPlace) {
    this.api = new ManagementApi(managementUrl);
    this.virtualHost = virtualHost;
    this.userPrefix = userPrefix;
    this.#host = encodeURIComponent(virtualHost);
  }

  async exists(): Promise<boolean> {
    return (await this.api.getIfPresent(`vhosts/${this.#host}`)) !== undefined;
  }

  async create(): Promise<void> {
    await this.api.put(`vhosts/${this.#host}`, {});
  }

  /** @param user without the prefix */
  async hasUser(user: string): Promise<boolean> {
    return (await this.api.getIfPresent(this.#user(user))) !== undefined;
  }

  async putUser(user: string, password: string): Promise<void> {
    await this.api.put(this.#user(user), { password, tags: "" });
  }

  async permit({ user, configure, write, read }: Permission): Promise<void> {
    const name = encodeURIComponent(this.userPrefix + user);
    await this.api.put(`permissions/${this.#host}/${name}`, { configure, write, read });
  }

  async permitTopic({ user, exchange, write, read }: TopicPermission): Promise<void> {
    const name = encodeURIComponent(this.userPrefix + user);
    await this.api.put(`topic-permissions/${this.#host}/${name}`, { exchange, write, read });
  }

  async putExchange({ name, ...exchange }: Exchange): Promise<void> {
    await this.api.put(`exchanges/${this.#host}/${encodeURIComponent(name)}`, exchange);
  }

  async putQueue({ name, durable, auto_delete, arguments: own }: Queue): Promise<void> {
    const queue = { durable, auto_delete, arguments: own };
    await this.api.put(`queues/${this.#host}/${encodeURIComponent(name)}`, queue);
  }

  async bind(binding: Binding): Promise<void> {
    await this.api.post(this.#binding(binding), {
      routing_key: binding.routing_key,
      arguments: binding.arguments ?? {},
    });
  }

  /** @param key the `properties_key` that the broker lists the binding with */
  async unbind(binding: Binding & { readonly destination_type: string }, key: string): Promise<void> {
    const path = this.#binding(binding, binding.destination_type === "exchange" ? "e" : "q");
    await this.api.delete(`${path}/${encodeURIComponent(key)}`);
  }

  /** Everything in the virtual host, as listed by the management API. */
  async list<Item>(kind: Listed): Promise<Item[]> {
    const path = kind.endsWith("permissions") ? `vhosts/${this.#host}/${kind}` : `${kind}/${this.#host}`;
    return (await this.api.get(path)) as Item[];
  }

  #user(user: string): string {
    return `users/${encodeURIComponent(this.userPrefix + user)}`;
  }

  #binding({ source, destination }: Binding, kind: "q" | "e" = "q"): string {
    return `bindings/${this.#host}/e/${encodeURIComponent(source)}/${kind}/${encodeURIComponent(destination)}`;
  }
}
