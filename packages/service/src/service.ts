/** What every service stands on: its database, its broker, and the outbox and inbox between them. */

import {
  type Broker,
  type ConsumedQueueDescriptor,
  connectBroker,
  type Inbox,
  type ServiceTopology,
} from "@rabbit-contract/messaging";
import {
  createDatabase,
  createDeadLetterJournal,
  createInbox,
  type Database,
  type DatabaseTls,
  isUnavailable,
  openPool,
  Relay,
  type Transaction,
} from "@rabbit-contract/postgres";
import { checkMigrations } from "@rabbit-contract/postgres/migrate";
import { drizzle } from "drizzle-orm/node-postgres";
import { type BrokerTls, brokerTls } from "./config/tls.ts";
import type { HealthChecks } from "./http/health.ts";
import { listen } from "./http/http.ts";
import type { Logger } from "./log.ts";
import { deadLetterRoutes } from "./operator/dead-letters/routes.ts";
import { onSignal, runtimeName } from "./runtime/runtime.ts";
import { shutDown } from "./runtime/shutdown.ts";
import { sampleOutbox } from "./telemetry/outbox-metrics.ts";
import { measurePool } from "./telemetry/pool-metrics.ts";
import { createTelemetry, type Telemetry } from "./telemetry/telemetry.ts";

export interface BackendsOptions {
  /** Folder of the database migrations that this build needs. */
  readonly migrations: string;
  readonly topology: ServiceTopology;
  /** Those of which the operators look after the dead letters. */
  readonly consumedQueues: readonly ConsumedQueueDescriptor[];
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly tls: BrokerTls & DatabaseTls;
  readonly otlpEndpoint?: string | undefined;
  readonly traceShare: number;
  readonly log: Logger;
}

export interface Backends {
  readonly broker: Broker;
  readonly database: Database;
  readonly inbox: Inbox<Transaction>;
  /** For the operators: to be used by the service's app. */
  readonly deadLetterRoutes: ReturnType<typeof deadLetterRoutes>;
  /** For readiness: without its database a service can do nothing, without its broker it still accepts. */
  readonly checks: HealthChecks;
  /** For the service's app, and for what it counts itself. */
  readonly telemetry: Telemetry;
  /** Serves `app` until SIGTERM or SIGINT, then shuts down and exits. */
  run(app: Parameters<typeof listen>[0], options: RunOptions): Promise<void>;
}

export interface RunOptions {
  readonly port: number;
  readonly host: string;
  /** Milliseconds from the signal until no more connections are taken. */
  readonly drainDelay: number;
  /** Ends what the service does by itself, such as timers, within so many milliseconds. */
  readonly stopWork?: (within: number) => Promise<void>;
}

/**
 * Returns at once when broker or database are away: the service says so in its readiness and goes on by itself.
 * @throws Error when the database answers and is not migrated
 */
export async function openBackends(options: BackendsOptions): Promise<Backends> {
  const { topology, log } = options;
  const name = topology.service;
  const telemetry = await createTelemetry({ ...options, service: name });
  const pool = openPool({ url: options.databaseUrl, tls: options.tls, applicationName: name, log });
  const sql = drizzle({ client: pool });
  await requireMigrations(sql, options.migrations, log);
  const broker = await connectBroker({
    url: options.amqpUrl,
    tls: brokerTls(options.tls),
    topology,
    log,
    observer: telemetry.messaging,
    connectionName: `${name} (${runtimeName})`,
  });
  const relay = new Relay({ sql, publisher: broker.publisher, log, observer: telemetry.outbox });
  const database = createDatabase(pool, relay);
  measurePool(telemetry.metrics, pool);
  sampleOutbox(telemetry.metrics, sql);
  const inbox = createInbox(database);
  const journal = createDeadLetterJournal(database);
  const deadLetters = broker.deadLetters(options.consumedQueues, inbox, journal);
  relay.start();

  return {
    broker,
    database,
    inbox,
    deadLetterRoutes: deadLetterRoutes({ deadLetters, database, log }),
    telemetry,
    checks: {
      database: { run: () => database.ping(), required: true },
      broker: { run: () => requirePublishing(broker), required: false },
    },
    async run(app, { port, host, drainDelay, stopWork = async () => {} }) {
      const server = await listen(app, { port, hostname: host, log });
      onSignal(async (signal) => {
        log.info({ signal }, "stopping");
        await shutDown({ server, drainDelay, stopWork, broker, relay, database, log });
        await telemetry.close();
      });
    },
  };
}

async function requireMigrations(
  sql: Parameters<typeof checkMigrations>[0],
  folder: string,
  log: Logger,
): Promise<void> {
  try {
    await checkMigrations(sql, folder);
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    log.warn({ err: error }, "the database is away; starting without it");
  }
}

function requirePublishing(broker: Broker): void {
  if (!broker.connected) throw new Error("there is no connection to the broker");
  const { ready, pausedRoutes } = broker.publisher;
  if (!ready) throw new Error("the broker takes no messages at present");
  if (pausedRoutes.length > 0) {
    const keys = pausedRoutes.map(({ routingKey }) => routingKey).join(", ");
    throw new Error(`a queue is missing that messages must reach: ${keys} wait in the outbox`);
  }
}
