/** The stations of a service, which its `main.ts` names one by one: pool, broker, relay, consumers, jobs, HTTP app. */
import {
  type Broker,
  connectBroker,
  type DeadLetterStore,
  type Service as ServiceContract,
  together,
} from "@rabbit-contract/messaging";
import {
  type Chore,
  createDeadLetterJournal,
  createInbox,
  type Database,
  forgetSpendings,
  inboxChores,
  openPools,
  ParkedMessages,
  type Pools,
  Relay,
  SchemaCheck,
} from "@rabbit-contract/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { Guard } from "./access/guard.ts";
import type { Role } from "./access/rights.ts";
import { SharedLimits } from "./access/shared-limits.ts";
import type { outboxVariables } from "./config/broker.ts";
import type { commonVariables } from "./config/common.ts";
import type { Config } from "./config/config.ts";
import type { serviceVariables } from "./config/service.ts";
import { brokerTls } from "./config/tls.ts";
import { type CheckedStations, healthChecks } from "./health-checks.ts";
import { createAdminApp } from "./http/admin.ts";
import { type App, listen } from "./http/app.ts";
import { startHousekeeping } from "./jobs/housekeeping.ts";
import type { Job } from "./jobs/timer.ts";
import { createLogger } from "./log.ts";
import { deadLetterRoutes } from "./operator/dead-letters/routes.ts";
import { requireStations } from "./require-stations.ts";
import { onCrash, onSignal, runtimeName } from "./runtime/runtime.ts";
import { shutDown } from "./runtime/shutdown.ts";
import { sampleOutbox } from "./telemetry/outbox-observer.ts";
import { measurePools } from "./telemetry/pool-metrics.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";

export type ServiceConfig = Config<typeof commonVariables & ReturnType<typeof serviceVariables>>;

/** What readiness reports on, and what has to end when the service stops. */
export interface Stations extends CheckedStations {
  readonly pools: Pools;
  readonly limits: SharedLimits;
}

interface DeadLetterStations extends Pick<Stations, "broker"> {
  /** That of operators. */
  readonly database: Database;
}

export type Service = Awaited<ReturnType<typeof openService>>;

/** Log and telemetry of a service, and functions that connect its other stations to them. */
export async function openService({
  config,
  contract,
  migrations,
}: {
  config: ServiceConfig;
  /** What the contract says about the service: its generated descriptor. */
  contract: ServiceContract;
  /** Folder of the database migrations that this build needs. */
  migrations: string;
}) {
  const { name, topology } = contract;
  const log = createLogger({ service: name, level: config.logLevel });
  onCrash(log);
  const telemetry = await createTelemetry({ ...config, service: name, log });
  const { metrics } = telemetry;
  const schema = new SchemaCheck({
    url: config.databaseUrl,
    tls: config,
    applicationName: name,
    folder: migrations,
    log,
  });
  await schema.start();

  return {
    log,
    telemetry,

    /** They give out no connection before the schema is known to fit; readiness says why. */
    openPools(): Pools {
      const pools = openPools({
        url: config.databaseUrl,
        tls: config,
        applicationName: name,
        log,
        pooler: config.databasePooler,
        shares: {
          requests: shareOf(config, "request"),
          messaging: shareOf(config, "messaging"),
          operators: shareOf(config, "operator"),
        },
      });
      const { requests, messaging, operators, health } = pools;
      measurePools(metrics, { requests, messaging, operators });
      for (const pool of [requests, messaging, operators, health]) schema.guard(pool);
      return pools;
    },

    /** Returns even while the broker is down, and keeps trying to connect; consumes once the schema is known to fit. */
    connectBroker: () =>
      connectBroker({
        url: config.amqpUrl,
        tls: brokerTls(config),
        topology,
        log,
        observer: telemetry.messaging,
        connectionName: `${name} (${runtimeName})`,
        publishWindow: config.publishWindow,
        confirmTimeout: config.confirmTimeout,
        declareInterval: config.declareInterval,
        consumeAfter: schema.passed,
      }),

    /** Publishes what the service's transactions put into the outbox. */
    startRelay({ messaging }: Pools, broker: Broker, options: Config<typeof outboxVariables>): Relay {
      const sql = drizzle({ client: messaging });
      const relay = new Relay({
        sql,
        publisher: broker.publisher,
        log,
        observer: telemetry.outbox,
        capacity: options.outboxCapacity,
        lease: options.outboxLease,
        sweepInterval: options.outboxSweepInterval,
        maxAttempts: options.outboxAttempts,
      });
      sampleOutbox(metrics, sql);
      relay.start();
      return relay;
    },

    /** Makes limits of requests per second apply to all processes of the service together. */
    shareLimits: ({ messaging }: Pools): SharedLimits =>
      new SharedLimits({ database: { sql: drizzle({ client: messaging }) }, log }),

    /** Removes rows that are too old: those of every service, and what `chores` remove. */
    startHousekeeping: ({ messaging }: Pools, chores: readonly Chore[] = []): Job =>
      startHousekeeping({
        database: { sql: drizzle({ client: messaging }) },
        log,
        interval: config.housekeepingInterval,
        chores: [...inboxChores(contract.queues, config.inboxRetention), forgetSpendings, ...chores],
      }),

    /** For operators: the dead letters of the queues that the service consumes, and what is parked in its outbox. */
    deadLetterRoutes({ broker, database }: DeadLetterStations) {
      const inbox = createInbox(database);
      const journal = createDeadLetterJournal(database);
      const stores: DeadLetterStore[] = [broker.deadLetters(contract.queues, inbox, journal)];
      if (topology.routes.length > 0) {
        stores.push(new ParkedMessages({ name: `${name}.outbox`, database, journal, log }));
      }
      return deadLetterRoutes({ deadLetters: together(stores), database, log });
    },

    /** For the admin port, with separate limits: callers of the API cannot use up those of operators. */
    createAdminApp(roles: readonly Role[], stations: Stations) {
      return createAdminApp({
        service: name,
        log,
        guard: new Guard({ ...config, roles, limits: stations.limits, limitsScope: "admin" }),
        checks: healthChecks(stations),
        telemetry,
      });
    },

    /**
     * Serves both apps until SIGTERM or SIGINT, then stops all stations and exits.
     * @throws Error that names whatever the contract demands of the service and no station does
     */
    async run({ app, admin }: { app: App; admin: App }, stations: Stations): Promise<void> {
      requireStations(contract, stations);
      const { port, adminPort, host: hostname, idleTimeout, drainDelay } = config;
      const serve = (what: App, at: number, serves: string) =>
        listen(what, { port: at, hostname, idleTimeout, log: log.child({ serves }) });
      const servers = {
        admin: await serve(admin, adminPort, "administration"),
        server: await serve(app, port, "the API"),
      };
      onSignal(async (signal) => {
        log.info({ signal }, "stopping");
        schema.stop();
        await shutDown({ ...stations, ...servers, database: stations.pools, drainDelay, log });
        await telemetry.close();
      }, log);
    },
  };
}

function shareOf(config: ServiceConfig, share: "request" | "messaging" | "operator") {
  return {
    connections: config[`${share}Connections` as const],
    statementTimeout: config[`${share}StatementTimeout` as const],
  };
}
