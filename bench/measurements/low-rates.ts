/**
 * (1) The CPU cost of an order at low rates, next to the floor's. A side's idle work is part of its cost, so each side
 * runs alone on the servers.
 */
import { startFloor } from "../floors/order-flow/start.ts";
import type { Findings, Measurement, Row } from "../measurement.ts";
import {
  type Flow,
  type FlowOptions,
  type RunningPipeline,
  runFlow,
  servicesCpu,
  totalCpu,
} from "../pipeline.ts";
import { ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";

const rounds = 3;
const loads = {
  "one at a time": { clients: 1, orders: 200, mode: "closed", rate: 20 },
  "at 100 a second": { clients: 100, orders: 1_000, mode: "open", rate: 100 },
  "at the peak": { clients: 400, orders: 10_000, mode: "saturating" },
} as const satisfies Record<string, Omit<FlowOptions, "products">>;
type Load = keyof typeof loads;
/** Orders until the runtime compiles hardly anything any more. */
const warmUp = 20_000;

export const lowRates: Measurement = {
  name: "low-rates",
  title: "(1) Order flow: CPU of an order at low rates, next to the hand-tuned floor",
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName, scaled, progress } = bench;
    const measured = async (start: Promise<RunningPipeline>): Promise<Record<Load, Flow>> => {
      const pipeline = await start;
      const place = (options: Omit<FlowOptions, "products">) =>
        runFlow(pipeline, {
          ...options,
          orders: scaled(options.orders),
          clients: scaled(options.clients),
          products: 1_000,
        });
      try {
        await place({ ...loads["at the peak"], orders: warmUp });
        const flows: [string, Flow][] = [];
        for (const [name, options] of Object.entries(loads)) {
          progress(name);
          flows.push([name, await place(options)]);
        }
        return Object.fromEntries(flows) as Record<Load, Flow>;
      } finally {
        await pipeline.stop();
      }
    };
    const { system, floor } = await inTurns(bench, scaled(rounds), {
      floor: () => measured(startFloor({ servers, name: uniqueName() })),
      system: () => measured(startSystem({ servers, name: uniqueName() })),
    });
    const of = (flows: typeof system, load: Load, cpu: (flow: Flow) => number) =>
      flows.map((one) => cpu(one[load]));
    const rows = (load: Load): Row[] =>
      Object.entries({ "": system, "floor: ": floor }).flatMap(([side, flows]) => [
        { what: `${side}CPU of an order ${load}`, unit: "ms", value: summary(of(flows, load, totalCpu)) },
        {
          what: `${side}CPU of an order ${load}, services alone`,
          unit: "ms",
          value: summary(of(flows, load, servicesCpu)),
        },
      ]);
    const [one, hundred, peak] = Object.keys(loads) as [Load, Load, Load];
    return {
      rows: [
        {
          what: "CPU of an order placed one at a time ÷ the floor's",
          value: ratios(of(system, one, totalCpu), of(floor, one, totalCpu)),
          target: { atMost: 1.1 },
        },
        {
          what: "CPU of an order at 100 a second ÷ at the peak",
          value: ratios(of(system, hundred, totalCpu), of(system, peak, totalCpu)),
          target: { atMost: 4 },
        },
        ...[one, hundred, peak].flatMap(rows),
      ],
    };
  },
};
