/** How long orders take to settle: a single one, and under open load, which arrives at random times. */
import type { Bench, Plot, Row } from "../measurement.ts";
import { connections, type Flow, type Pipeline, rate, runFlow, settlingTimes } from "../pipeline.ts";
import { percentile, ratios, summary } from "../statistics.ts";
import { inTurns } from "../turns.ts";

const share = 0.3;
/** Each is measured once, for the plots. */
const furtherShares = [0.6, 1];
const seconds = { quick: 8, full: 20 };
const rounds = { quick: 2, full: 5 };
const alone = { orders: 100, perSecond: 20 };

export interface Latency {
  readonly rows: Row[];
  readonly plots: Plot[];
  readonly flows: readonly { readonly name: string; readonly flow: Flow }[];
}

/** @param peak orders per second that the system settles */
export async function latency(
  bench: Bench,
  { system, floor }: Readonly<Record<"system" | "floor", Pipeline>>,
  peak: number,
): Promise<Latency> {
  const { full, scaled, progress } = bench;
  const lasting = scaled(full ? seconds.full : seconds.quick);
  const load = (pipeline: Pipeline, offered: number) =>
    runFlow(pipeline, {
      products: 1_000,
      clients: scaled(connections),
      orders: Math.ceil(offered * lasting),
      mode: "open",
      rate: offered,
    });
  const flows = await inTurns(bench, scaled(full ? rounds.full : rounds.quick), {
    alone: () =>
      runFlow(system, {
        products: 1_000,
        clients: 1,
        orders: scaled(alone.orders),
        mode: "closed",
        rate: alone.perSecond,
      }),
    loaded: () => load(system, share * peak),
    floor: () => load(floor, share * peak),
  });
  const further: { share: number; flow: Flow }[] = [];
  for (const one of furtherShares) {
    progress(`open load at ${100 * one} % of the peak`);
    further.push({ share: one, flow: await load(system, one * peak) });
  }
  const last = flows.loaded.at(-1);
  const plotted = [...(last ? [{ share, flow: last }] : []), ...further];
  return {
    rows: [...rowsFrom("due", flows), ...rowsFrom("answered", flows)],
    plots: plotsOf(plotted, peak),
    flows: [
      ...Object.entries(flows).flatMap(([name, each]) => each.map((flow) => ({ name, flow }))),
      ...further.map((one) => ({ name: `at ${one.share} of the peak`, flow: one.flow })),
    ],
  };
}

function rowsFrom(
  from: "due" | "answered",
  flows: Readonly<Record<"alone" | "loaded" | "floor", readonly Flow[]>>,
): Row[] {
  const way = from === "due" ? "due → final" : "202 → final";
  const at = `${way} at ${100 * share} % of the peak`;
  const of = (side: keyof typeof flows, percent: number) =>
    flows[side].map((flow) => percentile(settlingTimes(flow, from), percent));
  const [p50, p99, one] = [of("loaded", 50), of("loaded", 99), of("alone", 50)];
  return [
    { what: `${at}, p50 ÷ one order alone`, value: ratios(p50, one), target: { atMost: 2.5 } },
    { what: `${at}, p99 ÷ one order alone`, value: ratios(p99, one), target: { atMost: 8 } },
    {
      what: `${at}, p50 ÷ floor's at the same rate`,
      value: ratios(p50, of("floor", 50)),
      target: { atMost: 1.3 },
    },
    { what: `${at}, p50`, unit: "ms", value: summary(p50) },
    { what: `${at}, p99`, unit: "ms", value: summary(p99) },
    { what: `${at}, longest`, unit: "ms", value: summary(of("loaded", 100)) },
    { what: `floor: ${at}, p50`, unit: "ms", value: summary(of("floor", 50)) },
    { what: `floor: ${at}, p99`, unit: "ms", value: summary(of("floor", 99)) },
    { what: `${way}, one order alone, p50`, unit: "ms", value: summary(one) },
  ];
}

function plotsOf(loads: readonly { readonly share: number; readonly flow: Flow }[], peak: number): Plot[] {
  const against = (value: (flow: Flow) => number) =>
    loads.map((load) => [load.share * peak, value(load.flow)] as const);
  const x = "orders offered a second";
  const until = (percent: number) => (flow: Flow) => percentile(settlingTimes(flow, "due"), percent);
  return [
    {
      kind: "lines",
      file: "throughput.svg",
      title: "Orders a second against offered load",
      x,
      y: "orders a second",
      series: [
        { name: "accepted", points: against((flow) => rate(flow, flow.answered)) },
        { name: "settled", points: against((flow) => rate(flow, flow.settled)) },
        { name: "notified", points: against((flow) => rate(flow, flow.notified)) },
      ],
    },
    {
      kind: "lines",
      file: "latency.svg",
      title: "From the moment an order is due to its final state, against offered load",
      x,
      y: "milliseconds",
      logarithmic: true,
      series: [
        { name: "p50", points: against(until(50)) },
        { name: "p99", points: against(until(99)) },
      ],
    },
  ];
}
