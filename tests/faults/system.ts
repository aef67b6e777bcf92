import { appendFileSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { topology } from "@orders/generated/topology";
import { perService, type ServiceName, serviceNames, variableOf } from "@orders/stack";
import {
  type AdminEnvironment,
  newPasswords,
  provisionSystem,
  type ServiceEnvironment,
} from "@orders/stack/provision";
import { Network } from "@orders/stack/testing/network";
import { type Runtime, startService, type TestService } from "@orders/stack/testing/service";
import { migrateAll } from "@orders/stack/testing/system";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { changedUrl, freePorts, waitForAll } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import { type ConfirmChannel, connect } from "amqplib";
import pg from "pg";

export interface FaultSystemOptions {
  readonly admin: AdminEnvironment;
  /** The node of a cluster that the topology is declared on, which then leads the queues. @default that of `admin` */
  readonly provisioner?: Partial<AdminEnvironment>;
  /** Name of the virtual host, and prefix of the names of databases and broker users. */
  readonly name: string;
  /** Processes of each service. @default 1 */
  readonly replicas?: number;
  /** @default the runtime that runs the suite */
  readonly runtime?: Runtime;
  /** Whether each service gets a virtual host of its own; a test must connect them. @default false */
  readonly apart?: boolean;
  /** Whether each service reaches its servers through proxies that a test can disturb. @default false */
  readonly proxied?: boolean;
  /** A URL of the pooler through which the running services reach the database. @default none */
  readonly pooler?: string;
  /** The services that use it. @default all */
  readonly pooled?: readonly ServiceName[];
  /** Hosts and ports of the broker, for services with several URLs. */
  readonly brokers?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A quorum queue declared less than about 3 seconds before its broker is killed comes back without a leader
 * (rabbitmq-server issue 15725), which is not what this suite tests.
 */
const settlingTime = 5_000;

/** The services as real processes that can be killed and restarted, with access to their databases and queues. */
export class FaultSystem {
  readonly options: FaultSystemOptions;
  /** Resolves when the broker may be killed. */
  queuesSettled: Promise<void> = Promise.resolve();
  readonly #environments = new Map<ServiceName, ServiceEnvironment>();
  readonly #ports = new Map<string, { readonly port: number; readonly adminPort: number }>();
  readonly #running = new Map<string, TestService>();
  readonly #started: { readonly name: string; readonly process: TestService }[] = [];
  readonly #pools = new Map<ServiceName, pg.Pool>();
  readonly #management: ManagementApi;
  #network: Network | undefined;

  private constructor(options: FaultSystemOptions) {
    this.options = options;
    this.#management = new ManagementApi(options.admin.RABBITMQ_MANAGEMENT_URL);
  }

  static async start(options: FaultSystemOptions): Promise<FaultSystem> {
    const system = new FaultSystem(options);
    try {
      await system.#start();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { name, apart = false, provisioner } = this.options;
    const admin = { ...this.options.admin, ...provisioner };
    const passwords = newPasswords();
    for (const service of serviceNames) {
      const virtualHost = this.virtualHost(service);
      const environments = await provisionSystem({ admin, virtualHost, prefix: `${name}_`, passwords });
      for (const one of apart ? [service] : serviceNames) this.#environments.set(one, environments[one]);
      if (!apart) break;
    }
    this.queuesSettled = delay(settlingTime);
    if (this.options.pooler) this.#throughPooler(this.options.pooler);
    if (this.options.proxied)
      this.#network = await Network.start((service) => this.#environments.get(service) ?? {});
    const replicas = this.replicas();
    const ports = await freePorts(...replicas.flatMap(() => [0, 0]));
    for (const [index, [service, replica]] of replicas.entries()) {
      const [port = 0, adminPort = 0] = ports.slice(2 * index);
      this.#ports.set(`${service} ${replica}`, { port, adminPort });
    }
    await migrateAll(perService((service) => this.#environments.get(service) ?? {}));
    await waitForAll(replicas.map(([service, replica]) => this.startService(service, replica)));
  }

  #throughPooler(pooler: string): void {
    for (const service of this.options.pooled ?? serviceNames) {
      const environment = this.#environments.get(service) ?? {};
      const variable = variableOf(service, "DATABASE_URL");
      const url = changedUrl(environment[variable] ?? "", { host: new URL(pooler).host });
      this.#environments.set(service, {
        ...environment,
        [variable]: url,
        DATABASE_POOLER: "transaction",
      });
    }
  }

  virtualHost(service: ServiceName): string {
    return this.options.apart ? `${this.options.name}_${service}` : this.options.name;
  }

  /** Every expected process, as service and number. */
  replicas(): [ServiceName, number][] {
    const numbers = Array.from({ length: this.options.replicas ?? 1 }, (_, index) => index);
    return serviceNames.flatMap((service) =>
      numbers.map((number): [ServiceName, number] => [service, number]),
    );
  }

  /** URLs of a service's processes, running or not. */
  urls(service: ServiceName, port: "port" | "adminPort" = "port"): string[] {
    return this.replicas()
      .filter(([name]) => name === service)
      .map(([, replica]) => `http://127.0.0.1:${this.#ports.get(`${service} ${replica}`)?.[port]}`);
  }

  /** Starts a process on the ports it had before. @param ready whether to wait until it is ready */
  async startService(
    service: ServiceName,
    replica = 0,
    { env = {}, ready = true }: { env?: Readonly<Record<string, string>>; ready?: boolean } = {},
  ): Promise<TestService> {
    const direct = this.#environments.get(service) ?? {};
    const environment = { ...(this.#network?.through(service, direct) ?? direct) };
    const { brokers, runtime } = this.options;
    const ports = this.#ports.get(`${service} ${replica}`);
    const amqpUrl = variableOf(service, "AMQP_URL");
    const urls = brokers?.map((host) => changedUrl(environment[amqpUrl] ?? "", { host }));
    if (urls) environment[amqpUrl] = urls.join(",");
    const started = await startService(
      service,
      {
        LOG_LEVEL: "warn",
        ...environment,
        ...this.options.env,
        [variableOf(service, "PORT")]: String(ports?.port),
        [variableOf(service, "ADMIN_PORT")]: String(ports?.adminPort),
        ...env,
      },
      { ready, faultPoints: true, ...(runtime && { runtime }) },
    );
    this.#running.set(`${service} ${replica}`, started);
    this.#started.push({ name: `${service}-${replica}`, process: started });
    return started;
  }

  /** The running process. @throws Error if there is none */
  process(service: ServiceName, replica = 0): TestService {
    const process = this.#running.get(`${service} ${replica}`);
    if (!process) throw new Error(`${service} ${replica} is not started`);
    return process;
  }

  /** The proxies between the services and their servers. @throws Error if there are none */
  get network(): Network {
    if (!this.#network) throw new Error("the scenario's services are not proxied");
    return this.#network;
  }

  async kill(service: ServiceName, replica = 0): Promise<void> {
    await this.process(service, replica).stop("SIGKILL");
  }

  /** Queries a service's database as administrator. */
  async sql<Row extends pg.QueryResultRow>(service: ServiceName, query: string, values: unknown[] = []) {
    let pool = this.#pools.get(service);
    if (!pool) {
      const connectionString = this.#adminUrl(service);
      pool = new pg.Pool({ connectionString, max: 2, connectionTimeoutMillis: 30_000 });
      pool.on("error", () => {}); // the server is being killed
      this.#pools.set(service, pool);
    }
    return (await pool.query<Row>(query, values)).rows;
  }

  /** Runs `work` in a service's database as administrator, on a dedicated connection. */
  alone(service: ServiceName, work: (client: pg.Client) => Promise<void>): Promise<void> {
    return withClient(this.#adminUrl(service), (client) => {
      client.on("error", () => {}); // reported by the interrupted query
      return work(client);
    });
  }

  #adminUrl(service: ServiceName): string {
    return changedUrl(this.options.admin.DATABASE_URL, { path: `${this.options.name}_${service}` });
  }

  /** Messages ready now in each non-empty queue of the contract. */
  async queueDepths(): Promise<Map<string, number>> {
    const depths = new Map<string, number>();
    for (const host of new Set(serviceNames.map((service) => this.virtualHost(service)))) {
      await this.onBroker(async (channel) => {
        for (const { name } of topology.queues) {
          const { messageCount } = await channel.checkQueue(name);
          if (messageCount > 0) depths.set(name, (depths.get(name) ?? 0) + messageCount);
        }
      }, host);
    }
    return depths;
  }

  /** Runs `work` at the broker as administrator. */
  async onBroker<Result>(work: (channel: ConfirmChannel) => Promise<Result>, host?: string): Promise<Result> {
    const connection = await connect(this.amqpUrl(host));
    connection.on("error", () => {}); // reported by the interrupted call
    try {
      const channel = await connection.createConfirmChannel();
      channel.on("error", () => {});
      return await work(channel);
    } finally {
      await connection.close().catch(() => {});
    }
  }

  /** Messages ready or unacknowledged, as the management interface counted them a few seconds ago. */
  async messagesInQueues(): Promise<number> {
    let messages = 0;
    for (const host of new Set(serviceNames.map((service) => this.virtualHost(service)))) {
      const queues = (await this.#management.get(`queues/${host}`)) as { name: string; messages?: number }[];
      for (const queue of queues) if (!queue.name.endsWith(".dead")) messages += queue.messages ?? 0;
    }
    return messages;
  }

  /** The administrator's URL of the broker. */
  amqpUrl(virtualHost = this.options.name): string {
    return changedUrl(this.options.admin.AMQP_URL, { path: virtualHost });
  }

  get management(): ManagementApi {
    return this.#management;
  }

  /** Writes the output of every process, including killed ones, to files in this directory. */
  writeLogs(directory: string): void {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const { name, process } of this.#started)
      appendFileSync(join(directory, `${name}.log`), process.log());
  }

  /** Stops the processes. The servers belong to the caller. */
  async stop(): Promise<void> {
    const processes = [...this.#running.values()];
    await Promise.allSettled(processes.map((process) => process.stop("SIGKILL")));
    await this.#network?.close();
    await Promise.allSettled([...this.#pools.values()].map((pool) => pool.end()));
  }
}
