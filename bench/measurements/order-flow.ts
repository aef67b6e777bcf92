/** (1) Orders through the whole system, next to a hand-tuned pipeline with the same guarantees; latency against load. */
import { startFloor } from "../floors/order-flow/start.ts";
import type { Findings, Measurement, Row } from "../measurement.ts";
import { cpuPerOrder, type Flow, rate, runFlow, settlingTimes } from "../pipeline.ts";
import { inTurns, percentile, ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { stagesOfOneOrder } from "./stages.ts";

const rounds = 3;
const ordersAtPeak = 20_000;
/** Enough connections to saturate the system; below the peak, one per customer. */
const clientsAtPeak = 400;
const clients = 100;
const products = 1_000;
const secondsAtEachLoad = 8;

export const orderFlow: Measurement = {
  name: "order-flow",
  title: "(1) Order flow: from POST /orders to settled and notified",
  quick: true,
  async run({ servers, progress, uniqueName }): Promise<Findings> {
    const floor = await startFloor(servers, { name: uniqueName(), products });
    const system = await startSystem({ servers, name: uniqueName(), products });
    const saturate = (pipeline: typeof floor | typeof system, orders = ordersAtPeak) =>
      runFlow(pipeline, { products, clients: clientsAtPeak, orders, mode: "saturating" });
    try {
      progress("warming up");
      for (const pipeline of [floor, system]) await saturate(pipeline, ordersAtPeak / 4);
      const peak = await inTurns(
        rounds,
        { floor: () => saturate(floor), system: () => saturate(system) },
        progress,
      );
      const settled = (flows: readonly Flow[]) => flows.map((flow) => rate(flow, flow.settled));
      const peakRate = summary(settled(peak.system)).median;

      const loads: { share: number; mode: "closed" | "open"; flow: Flow }[] = [];
      for (const share of [0.3, 0.6, 1]) {
        for (const mode of ["closed", "open"] as const) {
          progress(`${mode} load at ${share * 100} % of peak`);
          const offered = Math.round(share * peakRate);
          const orders = offered * secondsAtEachLoad;
          loads.push({
            share,
            mode,
            flow: await runFlow(system, { products, clients, orders, mode, rate: offered }),
          });
        }
      }
      progress("one order at a time");
      const stages = await stagesOfOneOrder(system);
      const times = (share: number, mode: "closed" | "open") =>
        settlingTimes(loads.find((load) => load.share === share && load.mode === mode)?.flow ?? fail());
      const one = (value: number) => summary([value]);

      const rows: Row[] = [
        {
          what: "orders settled ÷ hand-tuned floor",
          value: ratios(settled(peak.system), settled(peak.floor)),
          target: { atLeast: 1.2 },
        },
        {
          what: "CPU an order ÷ hand-tuned floor",
          value: ratios(peak.system.map(totalCpu), peak.floor.map(totalCpu)),
        },
        {
          what: "orders accepted",
          unit: "/s",
          value: summary(peak.system.map((flow) => rate(flow, flow.answered))),
        },
        { what: "orders settled", unit: "/s", value: summary(settled(peak.system)) },
        {
          what: "customers notified",
          unit: "/s",
          value: summary(peak.system.map((flow) => rate(flow, flow.notified))),
        },
        { what: "floor: orders settled", unit: "/s", value: summary(settled(peak.floor)) },
        { what: "CPU an order", unit: "ms", value: summary(peak.system.map(totalCpu)) },
        { what: "floor: CPU an order", unit: "ms", value: summary(peak.floor.map(totalCpu)) },
        ...[...cpuPerOrder(peak.system[0] ?? fail()).keys()].map((part) => ({
          what: `CPU of 1,000 orders: ${part}`,
          unit: "s",
          value: summary(peak.system.map((flow) => cpuPerOrder(flow).get(part) ?? 0)),
        })),
        {
          what: "202 → final, 30 % of peak, open load, p50",
          unit: "ms",
          value: one(percentile(times(0.3, "open"), 50)),
          target: { atMost: 15 },
        },
        {
          what: "202 → final, 30 % of peak, open load, p99",
          unit: "ms",
          value: one(percentile(times(0.3, "open"), 99)),
          target: { atMost: 60 },
        },
        ...loads.map(({ share, mode }) => ({
          what: `202 → final, ${share * 100} % of peak, ${mode} load, p50 (p99 to max)`,
          unit: "ms",
          value: {
            median: percentile(times(share, mode), 50),
            min: percentile(times(share, mode), 99),
            max: percentile(times(share, mode), 100),
          },
        })),
      ];
      const open = loads.filter(({ mode }) => mode === "open");
      const offered = (share: number) => share * peakRate;
      return {
        rows: [...rows, ...stages.rows],
        plots: [
          stages.plot,
          {
            kind: "lines",
            file: "throughput.svg",
            title: "Orders a second against offered load",
            x: "orders offered a second",
            y: "orders a second",
            series: [
              {
                name: "accepted",
                points: open.map(({ share, flow }) => [offered(share), rate(flow, flow.answered)]),
              },
              {
                name: "settled",
                points: open.map(({ share, flow }) => [offered(share), rate(flow, flow.settled)]),
              },
              {
                name: "notified",
                points: open.map(({ share, flow }) => [offered(share), rate(flow, flow.notified)]),
              },
            ],
          },
          {
            kind: "lines",
            file: "latency.svg",
            title: "From 202 to the final state, against offered load",
            x: "orders offered a second",
            y: "milliseconds",
            series: [
              {
                name: "p50",
                points: open.map(({ share }) => [offered(share), percentile(times(share, "open"), 50)]),
              },
              {
                name: "p99",
                points: open.map(({ share }) => [offered(share), percentile(times(share, "open"), 99)]),
              },
            ],
          },
        ],
        details: {
          peak: { system: peak.system.map(digest), floor: peak.floor.map(digest) },
          loads: loads.map(({ share, mode, flow }) => ({ share, mode, ...digest(flow) })),
        },
      };
    } finally {
      await Promise.allSettled([floor.stop(), system.stop()]);
    }
  },
};

function totalCpu(flow: Flow): number {
  return [...cpuPerOrder(flow).values()].reduce((sum, milliseconds) => sum + milliseconds, 0);
}

function digest(flow: Flow) {
  const times = settlingTimes(flow);
  return {
    orders: flow.ids.length,
    acceptedPerSecond: rate(flow, flow.answered),
    settledPerSecond: rate(flow, flow.settled),
    notifiedPerSecond: rate(flow, flow.notified),
    settlingMilliseconds: {
      p50: percentile(times, 50),
      p99: percentile(times, 99),
      max: percentile(times, 100),
    },
    cpuMillisecondsPerOrder: Object.fromEntries(cpuPerOrder(flow)),
  };
}

function fail(): never {
  throw new Error("a measurement has no result");
}
