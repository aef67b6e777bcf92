import { join } from "node:path";
import {
  serverUrl,
  type TestVirtualHost,
  testVirtualHost,
  waitFor,
  waitForAll,
} from "@rabbit-contract/messaging/testing";
import { applyMigrations } from "@rabbit-contract/postgres/migrate";
import { withClient } from "@rabbit-contract/postgres/provision";
import { copyEmptyDatabase } from "@rabbit-contract/postgres/testing";
import pg, { type QueryResultRow } from "pg";
import { type ServiceName, serviceNames, variableOf } from "../names.ts";
import { root } from "../paths.ts";
import {
  type AdminEnvironment,
  newPasswords,
  provisionSystem,
  removeSystem,
  type ServiceEnvironment,
  type SystemPlace,
} from "../provision.ts";
import { type ServiceOptions, startService, type TestService } from "./service.ts";

export interface SystemOptions extends ServiceOptions {
  /** Given to every service beside what it needs, e.g. ORDER_DEADLINE_SECONDS. */
  readonly env?: Readonly<Record<string, string>>;
  /** Those to start; the others can be started later. @default all three */
  readonly services?: readonly ServiceName[];
  /** @default the servers of AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL */
  readonly admin?: AdminEnvironment;
}

/** The whole system as real processes, in a virtual host and databases of its own. */
export interface TestSystem {
  readonly host: TestVirtualHost;
  /** Where it is on its servers. */
  readonly place: SystemPlace;
  /** The running process of this service. @throws Error while it is stopped */
  service(name: ServiceName): TestService;
  /** The whole environment of this service, for a test that reads its database. */
  environment(name: ServiceName): Readonly<Record<string, string>>;
  /** The rows that a statement finds in this service's database. @default role the one that the service runs with */
  query<Row extends QueryResultRow>(
    name: ServiceName,
    statement: string,
    role?: "service" | "owner of the tables",
  ): Promise<Row[]>;
  /** Starts a service again after `service(name).stop()`, on the ports that it had. */
  start(
    name: ServiceName,
    env?: Readonly<Record<string, string>>,
    options?: ServiceOptions,
  ): Promise<TestService>;
  /** Cuts all connections to the broker. Returns once each service has connected again, so that they were cut. */
  cutBrokerConnections(): Promise<void>;
  /**
   * Returns once no message is in progress, so that nothing more will happen: several times in a row, each running
   * service responds and has no statement running, no outbox has a row, no queue of a service except for dead letters has
   * a message, and no inbox got one. A process that is held up counts as busy.
   */
  quiet(): Promise<void>;
  /** Does `work`, and adds the ends of the services' logs to the error that it fails with. */
  withLogs<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Stops the services and removes virtual host, users, databases and roles. */
  stop(): Promise<void>;
}

/** What a service logs each time that it has connected. */
const connected = "connected to the broker";
/** Number of times in a row that no message must be seen in progress, over half a second at least. */
const quietChecks = 3;
/** Characters of a service's log that explain a failure. */
const logShown = 6_000;

/** What a service has done and is doing, as counts. */
interface Progress {
  readonly consumed: string;
  readonly unsent: string;
  readonly running: string;
}

/** Resolves once its process has time for something else than what it does. */
async function responds({ adminUrl }: TestService): Promise<void> {
  await (await fetch(`${adminUrl}/health/live`)).text();
}

/** Applies the migrations of each service. In this process: the services' own commands take seconds to start, and have their own test. */
export async function migrateAll(
  environments: Readonly<Record<ServiceName, ServiceEnvironment>>,
): Promise<void> {
  await waitForAll(
    serviceNames.map((name) => {
      const url = (kind: string) => environments[name][`${name.toUpperCase()}_${kind}DATABASE_URL`] ?? "";
      const folder = join(root, `services/${name}/migrations`);
      return applyMigrations({ url: url("MIGRATION_"), folder, serviceRole: new URL(url("")).username });
    }),
  );
}

export async function startSystem({
  env = {},
  services = serviceNames,
  admin = {
    AMQP_URL: serverUrl("AMQP_URL"),
    RABBITMQ_MANAGEMENT_URL: serverUrl("RABBITMQ_MANAGEMENT_URL"),
    DATABASE_URL: serverUrl("DATABASE_URL"),
  },
  ...options
}: SystemOptions = {}): Promise<TestSystem> {
  const host = await testVirtualHost(admin);
  const place = {
    admin,
    virtualHost: host.name,
    prefix: `${host.name}_`,
  };
  const running = new Map<ServiceName, TestService>();
  const pools = new Map<string, pg.Pool>();
  const poolOf = (connectionString: string) => {
    const known = pools.get(connectionString);
    if (known) return known;
    // One connection for as long as the test runs: opening it costs more than most queries.
    const pool = new pg.Pool({ connectionString, max: 1, idleTimeoutMillis: 0 });
    pool.on("error", () => {}); // the server is stopped by a test
    pools.set(connectionString, pool);
    return pool;
  };
  const stop = async () => {
    await Promise.all([...pools.values()].map((pool) => pool.end()));
    const stopped = await Promise.allSettled([...running.values()].map((service) => service.stop()));
    await removeSystem(place);
    await host.drop();
    for (const result of stopped) if (result.status === "rejected") throw result.reason;
  };
  try {
    const isWaiting = async (queues: readonly string[]) =>
      [...(await host.queueDepths(queues)).values()].some((depth) => depth > 0);
    await withClient(admin.DATABASE_URL, async (administrator) => {
      for (const name of serviceNames) await copyEmptyDatabase(administrator, `${place.prefix}${name}`);
    });
    const environments = await provisionSystem({ ...place, passwords: newPasswords() });
    const environment = (name: ServiceName) => ({ ...environments[name], ...env });
    const start = async (
      name: ServiceName,
      more: Readonly<Record<string, string>> = {},
      own: ServiceOptions = {},
    ) => {
      const earlier = running.get(name);
      const ports = earlier && {
        [variableOf(name, "PORT")]: new URL(earlier.url).port,
        [variableOf(name, "ADMIN_PORT")]: new URL(earlier.adminUrl).port,
      };
      const service = await startService(
        name,
        { ...environment(name), ...ports, ...more },
        { ...options, ...own },
      );
      running.set(name, service);
      return service;
    };
    await migrateAll(environments);
    await waitForAll(services.map((name) => start(name)));
    const system: TestSystem = {
      host,
      place,
      environment,
      start,
      stop,
      async query<Row extends QueryResultRow>(
        name: ServiceName,
        statement: string,
        role: "service" | "owner of the tables" = "service",
      ) {
        const variable = `${name.toUpperCase()}_${role === "service" ? "" : "MIGRATION_"}DATABASE_URL`;
        return (await poolOf(environment(name)[variable] ?? "").query<Row>(statement)).rows;
      },
      async cutBrokerConnections() {
        const logged = [...running.values()].map((service) => ({ service, before: service.log().length }));
        await host.closeConnections();
        await waitFor(
          () => logged.every(({ service, before }) => service.log().slice(before).includes(connected)),
          { what: `each service to log "${connected}" again` },
        );
      },
      async quiet() {
        const started = [...running.keys()];
        const queues = (await host.queues())
          .map(({ name }) => name)
          .filter(
            (name) => !name.endsWith(".dead") && serviceNames.some((one) => name.startsWith(`${one}.`)),
          );
        // A service sees its own connections, which are those of all its processes.
        const counts = `
          select (select count(*) from inbox) as consumed, (select count(*) from outbox) as unsent,
            (select count(*) from pg_stat_activity
             where datname = current_database() and state <> 'idle' and pid <> pg_backend_pid()) as running`;
        let earlier: string | undefined;
        let checks = 0;
        await waitFor(
          async () => {
            const before = checks;
            checks = 0;
            await waitForAll([...running.values()].filter((service) => !service.hasEnded()).map(responds));
            const tables = await Promise.all(started.map((name) => system.query<Progress>(name, counts)));
            const inProgress = tables.flat().some(({ unsent, running }) => unsent !== "0" || running !== "0");
            const now = JSON.stringify(tables);
            if (now === earlier && !inProgress && !(await isWaiting(queues))) checks = before + 1;
            earlier = now;
            return checks >= quietChecks;
          },
          { what: "all messages to arrive", timeout: 60_000, interval: 150 },
        );
      },
      async withLogs(work) {
        try {
          return await work();
        } catch (error) {
          const ends = [...running].map(([name, service]) => `${name}:\n${service.log().slice(-logShown)}`);
          const reason = error instanceof Error ? error.message : String(error);
          throw new Error(
            `${reason}\nat ${new Date().toISOString()}, and the logs end in\n${ends.join("\n")}`,
            {
              cause: error,
            },
          );
        }
      },
      service(name) {
        const service = running.get(name);
        if (!service) throw new Error(`${name} has not been started in this test`);
        return service;
      },
    };
    return system;
  } catch (error) {
    await stop();
    throw error;
  }
}
