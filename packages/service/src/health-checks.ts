/** A service's readiness checks: what has not worked for ten seconds is down, with its cause. */
import { type Broker, FailureSpan } from "@rabbit-contract/messaging";
import type { Database, Relay } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { HealthChecks } from "./http/health.ts";
import type { Job } from "./jobs/timer.ts";
import { causeOf } from "./log.ts";

export interface CheckedStations {
  readonly broker: Broker;
  /** For readiness queries only. */
  readonly health: Database;
  /** Of a service that sends messages. */
  readonly relay?: Relay;
  readonly jobs: readonly Job[];
}

/**
 * Milliseconds. A retry or a server's restart may take as long; operators should know of anything that lasts longer.
 */
const patience = 10_000;

/** Without its database, a service can do nothing; if anything else is down, it still accepts requests. */
export function healthChecks({ broker, health, relay, jobs }: CheckedStations): HealthChecks {
  const outbox = new FailureSpan();
  return {
    database: { run: () => health.ping(), required: true },
    broker: { run: () => requirePublishing(broker), required: false },
    consumers: { run: () => requireProgress(broker), required: false },
    ...(relay && { outbox: { run: () => requireSweeps(relay, health, outbox), required: false } }),
    jobs: { run: () => requireJobs(jobs), required: false },
  };
}

function requirePublishing(broker: Broker): void {
  if (broker.problem !== undefined) throw new Error(broker.problem);
  const { ready, pausedRoutes } = broker.publisher;
  if (!ready) throw new Error("the broker accepts no messages at present");
  if (pausedRoutes.length > 0) {
    const keys = pausedRoutes.map(({ routingKey }) => routingKey).join(", ");
    throw new Error(`a queue that messages must reach is missing: ${keys} wait in the outbox`);
  }
}

function requireProgress({ consumers }: Broker): void {
  requireNone(consumers.map((consumer) => [consumer.queue, consumer.trouble(patience)]));
}

function requireJobs(jobs: readonly Job[]): void {
  requireNone(jobs.map(({ name, failures }) => [name, failures.lasting(patience)]));
}

/** @param questions queries that failed, for example because the table is locked */
async function requireSweeps(relay: Relay, database: Database, questions: FailureSpan): Promise<void> {
  requireNone([["sweeping", relay.failures.lasting(patience)]]);
  const seconds = await secondsWaiting(database).then(
    (answer) => {
      questions.succeeded();
      return answer;
    },
    (error) => {
      questions.failed(error);
      return 0;
    },
  );
  requireNone([["reading", questions.lasting(patience)]]);
  if (seconds * 1000 >= patience) throw new Error(`the oldest message has been waiting for ${seconds} s`);
}

/** How long the oldest message that was never tried has been in the outbox. */
async function secondsWaiting({ sql: database }: Database): Promise<number> {
  const { rows } = await database.execute<{ seconds: number }>(sql`
    select extract(epoch from clock_timestamp() - written_at)::int as seconds
    from outbox where attempts = 0 order by id limit 1`);
  return rows[0]?.seconds ?? 0;
}

/** @throws Error with the first trouble there is */
function requireNone(troubles: readonly (readonly [name: string, trouble: unknown])[]): void {
  for (const [name, trouble] of troubles) {
    if (trouble !== undefined) throw new Error(`${name}: ${causeOf(trouble)}`, { cause: trouble });
  }
}
