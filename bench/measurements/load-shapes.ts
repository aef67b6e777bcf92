/** (7) to (10): how the shape of the load, the data and the system affects the rate at which orders settle. */
import type { Bench, Findings, Measurement } from "../measurement.ts";
import { type Flow, type FlowOptions, type Pipeline, rate, runFlow } from "../pipeline.ts";
import { inTurns, ratios, summary } from "../statistics.ts";
import { type System, type SystemOptions, startSystem } from "../system.ts";
import { fillTables } from "./fill-tables.ts";

const rounds = 5;
const orders = 20_000;
const clients = 400;

const saturate = (pipeline: Pipeline, more: Partial<FlowOptions> = {}) =>
  runFlow(pipeline, { products: 1_000, clients, orders, mode: "saturating", ...more });

const settledRate = (flow: Flow) => rate(flow, flow.settled);

/** Two systems side by side on the same servers, loaded in turns. */
async function compare(
  bench: Bench,
  what: string,
  target: number | undefined,
  [first, second]: readonly [Side, Side],
): Promise<Findings> {
  const { servers, progress, uniqueName } = bench;
  const systems: System[] = [];
  const start = async (options: Partial<SystemOptions> = {}) => {
    const system = await startSystem({ servers, name: uniqueName(), ...options });
    systems.push(system);
    return system;
  };
  try {
    const [a, b] = [await start(first.system), await start(second.system)];
    await first.prepare?.(a, progress);
    await second.prepare?.(b, progress);
    const sides = {
      a: async () => settledRate(await saturate(a, first.load)),
      b: async () => settledRate(await saturate(b, second.load)),
    };
    progress("warming up");
    await inTurns(1, sides, () => {});
    const rates = await inTurns(rounds, sides, (line) =>
      progress(line.replace(/^[ab]/, (side) => (side === "a" ? first.name : second.name))),
    );
    return {
      rows: [
        {
          what,
          value: ratios(rates.a, rates.b),
          ...(target !== undefined && { target: { atLeast: target } }),
        },
        { what: `${first.name}: orders settled`, unit: "/s", value: summary(rates.a) },
        { what: `${second.name}: orders settled`, unit: "/s", value: summary(rates.b) },
      ],
      details: rates,
    };
  } finally {
    await Promise.allSettled(systems.map((system) => system.stop()));
  }
}

interface Side {
  readonly name: string;
  readonly system?: Partial<SystemOptions>;
  readonly load?: Partial<FlowOptions>;
  readonly prepare?: (system: System, progress: Bench["progress"]) => Promise<void>;
}

export const fullTables: Measurement = {
  name: "full-tables",
  title: "(8) Full tables: 1,000,000 settled orders and 10,000 products, next to empty ones",
  quick: false,
  run: (bench) =>
    compare(bench, "full tables ÷ empty tables", 0.9, [
      {
        name: "full",
        system: { products: 10_000 },
        prepare: async (system, progress) => {
          progress("filling the tables");
          await fillTables(system, 1_000_000);
        },
      },
      { name: "empty" },
    ]),
};

export const hotProduct: Measurement = {
  name: "hot-product",
  title: "(9) Hot product: all orders for one product, next to 1,000 products",
  quick: false,
  run: (bench) =>
    compare(bench, "one product ÷ 1,000 products", 0.9, [
      { name: "one product", load: { products: 1 } },
      // One line each: the lines of an order are of different products.
      { name: "1,000 products", load: { products: 1_000, lines: 1 } },
    ]),
};

export const replicas: Measurement = {
  name: "replicas",
  title: "(10) Two replicas of each service, next to one",
  quick: false,
  run: (bench) =>
    compare(bench, "two replicas ÷ one", undefined, [
      { name: "two replicas", system: { replicas: 2 } },
      { name: "one replica" },
    ]),
};

export const tracing: Measurement = {
  name: "tracing",
  title: "Tracing at 5 % and scraped metrics, next to neither",
  quick: false,
  run: (bench) =>
    compare(bench, "tracing and metrics on ÷ off", 0.95, [
      { name: "on" },
      { name: "off", system: { observed: false } },
    ]),
};
