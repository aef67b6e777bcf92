/** A pipeline from POST to notification: the system, or a floor to compare it with. */

import { waitFor } from "@rabbit-contract/messaging/testing";
import type pg from "pg";
import type { LoadJob, LoadResult } from "./load/job.ts";
import { runLoad } from "./load/run.ts";
import type { Bench } from "./measurement.ts";
import { byGroup, cpuSeconds } from "./processes.ts";

export interface Pipeline {
  /** Replicas that accept orders. */
  readonly urls: readonly string[];
  readonly path: string;
  /** Process ids by role, to attribute CPU seconds. */
  readonly processes: ReadonlyMap<string, readonly number[]>;
  /** Has a table `orders`. */
  readonly orderDatabase: pg.Pool;
  /** Has a table `notifications`. */
  readonly notificationDatabase: pg.Pool;
  readonly customers: LoadJob["customers"];
}

export type RunningPipeline = Pipeline & { stop(): Promise<void> };

/** The result of a load. Times are milliseconds since 1970, lists in the order of the responses. */
export interface Flow extends LoadResult {
  readonly settled: readonly number[];
  readonly notified: readonly number[];
  /** CPU seconds of each part, from the first order to the last notification. */
  readonly cpuOf: ReadonlyMap<string, number>;
}

export type FlowOptions = Omit<LoadJob, "urls" | "path" | "first" | "customers">;

let placedSoFar = 0;

/** Places orders and waits until each one is settled and notified. */
export async function runFlow(pipeline: Pipeline, options: FlowOptions): Promise<Flow> {
  const { orderDatabase, notificationDatabase, processes, urls, path, customers } = pipeline;
  const notifiedBefore = await count(notificationDatabase, "notifications");
  const before = byGroup(processes, cpuSeconds);
  const first = placedSoFar;
  placedSoFar += options.orders;
  const load = await runLoad({ ...options, urls, path, first, customers });
  await waitFor(
    async () => (await count(notificationDatabase, "notifications")) >= notifiedBefore + options.orders,
    { what: `the customers of ${options.orders} orders to be notified`, timeout: 300_000, interval: 200 },
  );
  const after = byGroup(processes, cpuSeconds);
  const settled = await commitTimes(orderDatabase, "orders", "id", load.ids);
  const notified = await commitTimes(notificationDatabase, "notifications", "order_id", load.ids);
  const cpuOf = new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
  return { ...load, settled, notified, cpuOf: cpuOf.set("load", load.cpu) };
}

/**
 * Connections of the load at the peak, and of open load: fewer would limit the rate themselves. 100 of them, with an answer
 * after 80 ms, carry 1,250 orders a second, however many are due.
 */
export const connections = 400;

/** Places this many orders as fast as they are accepted. */
export function saturate(
  { scaled }: Pick<Bench, "scaled">,
  pipeline: Pipeline,
  orders: number,
  more: Partial<FlowOptions> = {},
): Promise<Flow> {
  const load = { products: 1_000, clients: scaled(connections), orders: scaled(orders) };
  return runFlow(pipeline, { ...load, mode: "saturating", ...more });
}

async function count(pool: pg.Pool, table: string): Promise<number> {
  const { rows } = await pool.query<{ count: string }>(`select count(*) from ${table}`);
  return Number(rows[0]?.count);
}

/** When the last change of each row was committed. */
export async function commitTimes(
  pool: pg.Pool,
  table: string,
  key: string,
  ids: readonly string[],
): Promise<number[]> {
  const { rows } = await pool.query<{ id: string; at: string }>({
    text: `select ${key} as id, extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000 as at
           from ${table} where ${key} = any($1::uuid[])`,
    values: [ids],
  });
  const times = new Map(rows.map(({ id, at }) => [id, Number(at)]));
  return ids.map((id) => {
    const at = times.get(id);
    if (at === undefined) throw new Error(`the order ${id} is missing from ${table}`);
    return at;
  });
}

/** Orders per second, from the first order to the last of these times. */
export function rate(flow: Flow, times: readonly number[]): number {
  return (1000 * times.length) / (latest(times) - earliest(flow.due));
}

export const latest = (times: readonly number[]) => times.reduce((a, b) => Math.max(a, b), 0);
export const earliest = (times: readonly number[]) =>
  times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);

/** CPU milliseconds per order, by part. */
export function cpuPerOrder(flow: Flow): ReadonlyMap<string, number> {
  return new Map([...flow.cpuOf].map(([name, seconds]) => [name, (1000 * seconds) / flow.ids.length]));
}

/** CPU milliseconds per order of everything, the load generator included. */
export const cpuWithLoad = (flow: Flow) => sumOf(flow, () => true);

/** CPU milliseconds per order of everything except the load generator. */
export const totalCpu = (flow: Flow) => sumOf(flow, (part) => part !== "load");

/** CPU milliseconds per order of the services alone. */
export const servicesCpu = (flow: Flow) => sumOf(flow, (part) => !shared.includes(part));
const shared = ["load", "rabbitmq", "postgres", "network"];

function sumOf(flow: Flow, counts: (part: string) => boolean): number {
  return [...cpuPerOrder(flow)].reduce((sum, [part, value]) => sum + (counts(part) ? value : 0), 0);
}

/**
 * Milliseconds until the final state, ascending. They start when each order was due, which under open load includes its
 * wait before it was sent and accepted, or at its 202.
 */
export function settlingTimes(flow: Flow, from: "due" | "answered"): number[] {
  return flow.settled.map((at, index) => Math.max(0, at - (flow[from][index] ?? 0))).sort((a, b) => a - b);
}
