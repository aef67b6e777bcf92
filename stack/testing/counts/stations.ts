/** What the stations of the services requested from the servers. */
import type { ServiceName } from "../../names.ts";
import type { AmqpCounter, CountedFrames, Purpose } from "./amqp-counter.ts";
import type { CountedTransaction, PostgresCounter } from "./postgres-counter.ts";

/** `background` is what no order causes: sweeps, jobs, declarations, heartbeats. */
export type Station = `${ServiceName} ${"requests" | "consumer" | "relay" | "background"}`;

export interface StationCounts extends CountedFrames {
  readonly statements: number;
  readonly transactions: number;
  readonly roundTrips: number;
  /** Number of PostgreSQL server processes that had to wake up. */
  readonly backends: number;
  readonly databaseSegments: number;
}

/** What a transaction is for, by the first of these that one of its statements matches. */
const purposes = [
  ["consumer", /\binto inbox\b/],
  ["requests", /\binto orders\b/],
  ["relay", /^\s*delete from outbox\b/],
] as const;

const ofFrames: Readonly<Record<Purpose, "consumer" | "relay" | "background">> = {
  publish: "relay",
  consume: "consumer",
  other: "background",
};

const none = {
  statements: 0,
  transactions: 0,
  roundTrips: 0,
  backends: 0,
  databaseSegments: 0,
  frames: 0,
  segments: 0,
  confirms: 0,
  acks: 0,
};
const keys = Object.keys(none) as (keyof StationCounts)[];

/** @param times by which the new counts are divided */
export function added(counts: StationCounts, times: number, before = none): StationCounts {
  const total = { ...before };
  for (const key of keys) total[key] += counts[key] / times;
  return total;
}

/** What was counted for a service since the last call, by its stations. */
export function takeStations(
  service: ServiceName,
  { database, broker }: { readonly database: PostgresCounter; readonly broker: AmqpCounter },
): Map<Station, StationCounts> {
  const counts = new Map<Station, StationCounts>();
  const backends = new Map<Station, Set<number>>();
  for (const transaction of database.take()) {
    const station: Station = `${service} ${purposeOf(transaction)}`;
    const woken = backends.get(station) ?? new Set();
    backends.set(station, woken.add(transaction.connection));
    const before = counts.get(station) ?? none;
    counts.set(station, {
      ...before,
      statements: before.statements + transaction.statements.length,
      transactions: before.transactions + 1,
      roundTrips: before.roundTrips + transaction.roundTrips,
      backends: woken.size,
      databaseSegments: before.databaseSegments + transaction.segments,
    });
  }
  for (const [purpose, frames] of broker.take()) {
    const station: Station = `${service} ${ofFrames[purpose]}`;
    counts.set(station, { ...(counts.get(station) ?? none), ...frames });
  }
  return counts;
}

function purposeOf({ statements }: CountedTransaction) {
  const found = purposes.find(([, pattern]) => statements.some((statement) => pattern.test(statement)));
  return found?.[0] ?? "background";
}
