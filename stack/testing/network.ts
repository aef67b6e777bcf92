import { TcpProxy } from "@rabbit-contract/messaging/testing";
import { type ServiceName, serviceNames, variableOf } from "../names.ts";
import type { ServiceEnvironment } from "../provision.ts";

/** What a service reaches over the network. */
export type Peer = "database" | "broker";

const variables: Readonly<Record<Peer, string>> = { database: "DATABASE_URL", broker: "AMQP_URL" };

/** A proxy between each service and each of its servers. */
export class Network {
  readonly #proxies: ReadonlyMap<string, TcpProxy>;

  private constructor(proxies: ReadonlyMap<string, TcpProxy>) {
    this.#proxies = proxies;
  }

  static async start(environmentOf: (service: ServiceName) => ServiceEnvironment): Promise<Network> {
    const proxies = new Map<string, TcpProxy>();
    for (const service of serviceNames)
      for (const peer of ["database", "broker"] as const) {
        const url = environmentOf(service)[variableOf(service, variables[peer])] ?? "";
        proxies.set(`${service} ${peer}`, await TcpProxy.start(url));
      }
    return new Network(proxies);
  }

  /** @throws Error if there is none */
  between(service: ServiceName, peer: Peer): TcpProxy {
    const proxy = this.#proxies.get(`${service} ${peer}`);
    if (!proxy) throw new Error(`there is no proxy between ${service} and its ${peer}`);
    return proxy;
  }

  /** The proxies of a service. */
  of(service: ServiceName): TcpProxy[] {
    return [this.between(service, "database"), this.between(service, "broker")];
  }

  /** A service's variables, with URLs that lead through its proxies. */
  through(service: ServiceName, environment: ServiceEnvironment): ServiceEnvironment {
    const urls = (["database", "broker"] as const).map((peer) => {
      const variable = variableOf(service, variables[peer]);
      return [variable, this.between(service, peer).url(environment[variable] ?? "")];
    });
    return { ...environment, ...Object.fromEntries(urls) };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()));
  }
}
