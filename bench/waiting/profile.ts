/** `make profile LOAD=30`: where an order waits under open load, by station. */
import { table } from "@orders/stack";
import type { TestRun } from "@orders/stack/test-run";
import { connections, cpuPerOrder, rate, runFlow, settlingTimes, totalCpu } from "../pipeline.ts";
import type { Servers } from "../servers.ts";
import { percentile, type Summary, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { besideBase } from "../turns.ts";
import { measureRound, type Round } from "./measure.ts";
import { stations } from "./passages.ts";
import { bars, isWork, medianPassage, type Stay, stays, staysOf, totalOf } from "./timeline.ts";

export interface WaitingOptions {
  readonly run: TestRun;
  readonly servers: Servers;
  /** Per cent of the peak, which is measured first; or orders per second. */
  readonly load: { readonly percent: number } | { readonly perSecond: number };
  /** A git revision to compare with, in turns. */
  readonly base: string | undefined;
}

/** To compare; one is enough to look at. */
const rounds = 3;
const saturating = { products: 1_000, clients: connections, mode: "saturating" } as const;
const peakOrders = { warmUp: 5_000, measured: 15_000 };
const barWidth = 60;

export async function profileWaiting({ run, servers, load, base }: WaitingOptions): Promise<void> {
  const offered = "perSecond" in load ? load.perSecond : (load.percent / 100) * (await peakOf(servers));
  console.log(`\nopen load of ${offered.toFixed(0)} orders a second`);
  const found = await besideBase({ servers, base, rounds: base === undefined ? 1 : rounds }, (name, tree) =>
    measureRound({ servers, name, directory: run.directory, offered, tree }),
  );
  for (const [side, each] of Object.entries(found)) console.log(`\n${side}\n${report(each)}`);
}

async function peakOf(servers: Servers): Promise<number> {
  console.log("looking for the peak");
  const system = await startSystem({ servers, name: "peak" });
  try {
    await runFlow(system, { ...saturating, orders: peakOrders.warmUp });
    const flow = await runFlow(system, { ...saturating, orders: peakOrders.measured });
    const peak = rate(flow, flow.settled);
    console.log(`${peak.toFixed(0)} orders settled a second`);
    return peak;
  } finally {
    await system.stop();
  }
}

function report(rounds: readonly Round[]): string {
  const passages = rounds.flatMap((round) => round.passages);
  const median = medianPassage(passages);
  const names = stations.map(({ place, what }) => `${place}: ${what}`);
  const byStation = stays(stations, passages, (_, index) => names[index] ?? "");
  const byKind = stays(stations, passages, ({ kind }) => kind);
  const drawn = bars(stations, median, barWidth);
  return [
    totals(rounds),
    `\n${passages.length} traced orders, from due to notified, by station`,
    table([
      ["station", "", "p50 ms", "p99 ms", "share"],
      ...[...byStation].map(([name, stay], index) => {
        const kind = stations[index]?.kind ?? "load";
        return [name, isWork[kind], ...figures(stay)];
      }),
    ]),
    "\nby kind of station, added up for each order",
    table([
      ["kind", "p50 ms", "p99 ms", "share"],
      ...[...byKind].map(([kind, stay]) => [kind, ...figures(stay)]),
    ]),
    "\nprocesses",
    processesTable(rounds),
    `\nthe median order: ${totalOf(median).toFixed(1)} ms (# work, . waiting, + both)`,
    table(staysOf(median).map((stay, index) => [stay.toFixed(1), drawn[index] ?? "", names[index] ?? ""])),
  ].join("\n");
}

const figures = ({ p50, p99, share }: Stay) => [
  p50.toFixed(1),
  p99.toFixed(1),
  `${(100 * share).toFixed(1)} %`,
];
const shown = ({ median, min, max }: Summary) =>
  min === max ? median.toFixed(1) : `${median.toFixed(1)} (${min.toFixed(1)} to ${max.toFixed(1)})`;

function totals(rounds: readonly Round[]): string {
  const times = (from: "due" | "answered", percent: number) =>
    shown(summary(rounds.map(({ flow }) => percentile(settlingTimes(flow, from), percent))));
  return table([
    ["all orders", "p50 ms", "p99 ms"],
    ["from due to final", times("due", 50), times("due", 99)],
    ["from 202 to final", times("answered", 50), times("answered", 99)],
    ["CPU of an order", shown(summary(rounds.map(({ flow }) => totalCpu(flow)))), ""],
  ]);
}

function processesTable(rounds: readonly Round[]): string {
  const [first] = rounds;
  const of = (value: (round: Round) => number | undefined) => {
    const values = rounds.flatMap((round) => value(round) ?? []);
    return values.length === 0 ? "" : shown(summary(values));
  };
  return table([
    [
      "process",
      "CPU ms an order",
      "ms an order without a core",
      "event loop late by p50 ms",
      "p99 ms",
      "at most ms",
    ],
    ...[...(first?.waited.keys() ?? [])].map((part) => [
      part,
      of(({ flow }) => cpuPerOrder(flow).get(part)),
      of(({ waited }) => waited.get(part)),
      of(({ eventLoops }) => eventLoops.get(part)?.p50),
      of(({ eventLoops }) => eventLoops.get(part)?.p99),
      of(({ eventLoops }) => eventLoops.get(part)?.longest),
    ]),
  ]);
}
