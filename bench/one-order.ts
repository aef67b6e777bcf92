/** `make profile ONE=1`: the cost of a single order, in counts and CPU time. */
import { setTimeout as delay } from "node:timers/promises";
import { serviceNames, table } from "@orders/stack";
import { type Counts, countOrders, startCounted, sumOf, warmUp } from "@orders/stack/testing/counted-system";
import { cpuPerOrder, runFlow } from "./pipeline.ts";
import { byGroup, cpuSeconds, wakeUps } from "./processes.ts";
import type { Servers } from "./servers.ts";
import { type Summary, summary } from "./statistics.ts";
import { type System, startSystem } from "./system.ts";
import { besideBase } from "./turns.ts";

const countedOrders = 100;
const warmUpOrders = 200;
const timedOrders = 400;
/** Slow enough that each order finds an idle system. */
const ordersPerSecond = 20;
const idleSeconds = 10;
const rounds = 3;

/** @param base a git revision to compare with, in turns */
export async function profileOneOrder(servers: Servers, base: string | undefined): Promise<void> {
  const counted = await startCounted({ admin: servers.admin });
  try {
    console.log(`counting ${countedOrders} orders, one at a time`);
    await warmUp(counted);
    const counts = await countOrders(counted, countedOrders);
    console.log(
      `\none order, by station\n${countsTable(sumOf([counts], countedOrders), (name) => !isBackground(name))}`,
    );
    counted.take();
    await delay(1000 * idleSeconds);
    console.log(`\n${idleSeconds} s without orders\n${countsTable(counted.take(), isBackground)}`);
  } finally {
    await counted.stop();
  }
  console.log(`\n${timedOrders} orders, ${ordersPerSecond} a second, ${rounds} times`);
  const found = await besideBase({ servers, base, rounds }, (name, root) => costs(servers, name, root));
  for (const [side, each] of Object.entries(found)) console.log(`\n${side}\n${costsTable(each)}`);
}

const isBackground = (station: string) => station.endsWith(" background");

function countsTable(counts: Counts, shown: (station: string) => boolean): string {
  const rows = [...counts].filter(([station]) => shown(station)).sort(([a], [b]) => (a < b ? -1 : 1));
  const number = (value: number) => String(Math.round(value * 100) / 100);
  const columns = Object.keys(rows[0]?.[1] ?? {});
  return table([
    ["station", ...columns],
    ...rows.map(([station, its]) => [station, ...Object.values(its).map(number)]),
  ]);
}

/** By process: CPU milliseconds per order, wake-ups per order, and CPU milliseconds per idle second. */
type Costs = ReadonlyMap<string, readonly [order: number, wakeUps: number, idle: number]>;

async function costs(servers: Servers, name: string, tree: string | undefined): Promise<Costs> {
  const system = await startSystem({ servers, name, tree });
  try {
    const load = { products: 1_000, clients: 1, mode: "closed", rate: ordersPerSecond } as const;
    await runFlow(system, { ...load, orders: warmUpOrders });
    const before = wakeUpsOf(system);
    const flow = await runFlow(system, { ...load, orders: timedOrders });
    const after = wakeUpsOf(system);
    const cpu = cpuPerOrder(flow);
    const idleBefore = byGroup(system.processes, cpuSeconds);
    await delay(1000 * idleSeconds);
    const idleAfter = byGroup(system.processes, cpuSeconds);
    return new Map(
      [...system.processes.keys()].map((part) => {
        const woken = ((after.get(part) ?? 0) - (before.get(part) ?? 0)) / timedOrders;
        const idle = (1000 * ((idleAfter.get(part) ?? 0) - (idleBefore.get(part) ?? 0))) / idleSeconds;
        return [part, [cpu.get(part) ?? 0, woken, idle]];
      }),
    );
  } finally {
    await system.stop();
  }
}

function wakeUpsOf({ processes }: System): Map<string, number> {
  return byGroup(new Map(serviceNames.map((name) => [name, processes.get(name) ?? []])), wakeUps);
}

function costsTable(rounds: readonly Costs[]): string {
  const show = ({ median, min, max }: Summary) =>
    `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
  const rows = [...(rounds[0]?.keys() ?? [])].map((part) => {
    const its = rounds.map((round) => round.get(part) ?? [0, 0, 0]);
    return [part, ...[0, 1, 2].map((column) => show(summary(its.map((values) => values[column] ?? 0))))];
  });
  const total = rounds.map((round) => [...round.values()].reduce((sum, [order]) => sum + order, 0));
  return table([
    ["process", "CPU ms per order", "wake-ups per order", "CPU ms per idle second"],
    ...rows,
    ["all", show(summary(total)), "", ""],
  ]);
}
