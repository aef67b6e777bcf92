/** (1) Orders through the whole system, next to a hand-tuned pipeline with the same guarantees; latency against load. */
import { startFloor } from "../floors/order-flow/start.ts";
import type { Findings, Measurement, Row } from "../measurement.ts";
import {
  cpuPerOrder,
  type Flow,
  type Pipeline,
  rate,
  saturate,
  servicesCpu,
  settlingTimes,
  totalCpu,
} from "../pipeline.ts";
import { percentile, ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";
import { latency } from "./latency.ts";
import { stagesOfOneOrder } from "./stages.ts";

const rounds = { quick: 3, full: 5 };
/** Also the warm-up: in the first 8,000, the runtime spends a third of the services' CPU time on compiling. */
const ordersAtPeak = 20_000;

export const orderFlow: Measurement = {
  name: "order-flow",
  title: "(1) Order flow: from POST /orders to settled and notified",
  quick: true,
  async run(bench): Promise<Findings> {
    const { servers, progress, uniqueName, full, scaled } = bench;
    const floor = await startFloor({ servers, name: uniqueName() });
    const system = await startSystem({ servers, name: uniqueName() });
    const atPeak = (pipeline: Pipeline) => saturate(bench, pipeline, ordersAtPeak);
    try {
      progress("warming up");
      for (const pipeline of [floor, system]) await atPeak(pipeline);
      const peak = await inTurns(bench, scaled(full ? rounds.full : rounds.quick), {
        floor: () => atPeak(floor),
        system: () => atPeak(system),
      });
      const times = await latency(bench, { system, floor }, summary(peak.system.map(settledRate)).median);
      const stages = await stagesOfOneOrder(system, scaled(200));
      return {
        rows: [...peakRows(peak), ...times.rows, ...stages.rows],
        plots: [stages.plot, ...times.plots],
        details: {
          peak: { system: peak.system.map(digest), floor: peak.floor.map(digest) },
          loads: times.flows.map(({ name, flow }) => ({ name, ...digest(flow) })),
        },
      };
    } finally {
      await Promise.allSettled([floor.stop(), system.stop()]);
    }
  },
};

export const settledRate = (flow: Flow) => rate(flow, flow.settled);

function peakRows({ system, floor }: Record<"system" | "floor", readonly Flow[]>): Row[] {
  const each = (flows: readonly Flow[], value: (flow: Flow) => number) => flows.map(value);
  const compared = (value: (flow: Flow) => number) => ratios(each(system, value), each(floor, value));
  const parts = [...cpuPerOrder(system[0] ?? fail()).keys()];
  return [
    { what: "orders settled ÷ hand-tuned floor", value: compared(settledRate), target: { atLeast: 1 } },
    {
      what: "CPU of an order in the services ÷ the floor's services",
      value: compared(servicesCpu),
      target: { atMost: 1.5 },
    },
    { what: "CPU of an order ÷ hand-tuned floor", value: compared(totalCpu) },
    {
      what: "orders accepted",
      unit: "/s",
      value: summary(each(system, (flow) => rate(flow, flow.answered))),
    },
    { what: "orders settled", unit: "/s", value: summary(each(system, settledRate)) },
    {
      what: "customers notified",
      unit: "/s",
      value: summary(each(system, (flow) => rate(flow, flow.notified))),
    },
    { what: "floor: orders settled", unit: "/s", value: summary(each(floor, settledRate)) },
    { what: "CPU of an order", unit: "ms", value: summary(each(system, totalCpu)) },
    { what: "floor: CPU of an order", unit: "ms", value: summary(each(floor, totalCpu)) },
    ...parts.flatMap((part) => {
      const cpu = (flow: Flow) => cpuPerOrder(flow).get(part) ?? 0;
      return [
        { what: `CPU of an order: ${part}`, unit: "ms", value: summary(each(system, cpu)) },
        { what: `floor: CPU of an order: ${part}`, unit: "ms", value: summary(each(floor, cpu)) },
      ];
    }),
  ];
}

/** What the results file keeps of a flow. */
export function digest(flow: Flow) {
  const percentiles = (from: "due" | "answered") => {
    const times = settlingTimes(flow, from);
    return { p50: percentile(times, 50), p99: percentile(times, 99), max: percentile(times, 100) };
  };
  return {
    orders: flow.ids.length,
    acceptedPerSecond: rate(flow, flow.answered),
    settledPerSecond: settledRate(flow),
    notifiedPerSecond: rate(flow, flow.notified),
    millisecondsFromDueToFinal: percentiles("due"),
    millisecondsFrom202ToFinal: percentiles("answered"),
    cpuMillisecondsPerOrder: Object.fromEntries(cpuPerOrder(flow)),
  };
}

function fail(): never {
  throw new Error("a measurement has no result");
}
