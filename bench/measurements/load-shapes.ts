/** (7) to (10): how the shape of the load, the data and the system affects the rate at which orders settle. */
import type { Bench, Findings, Measurement } from "../measurement.ts";
import { type FlowOptions, saturate } from "../pipeline.ts";
import { ratios, summary } from "../statistics.ts";
import { type System, type SystemOptions, startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";
import { fillTables } from "./fill-tables.ts";
import { settledRate } from "./order-flow.ts";

const rounds = 5;
const orders = 20_000;
const settledOrders = 5_000_000;

/** Two systems side by side on the same servers, loaded in turns. */
async function compare(
  bench: Bench,
  what: string,
  target: number,
  [first, second]: readonly [Side, Side],
): Promise<Findings> {
  const { servers, progress, uniqueName, scaled } = bench;
  const settledBy = async (system: System, load?: Partial<FlowOptions>) =>
    settledRate(await saturate(bench, system, orders, load));
  const systems: System[] = [];
  const start = async (options: Partial<SystemOptions> = {}) => {
    const system = await startSystem({ servers, name: uniqueName(), ...options });
    systems.push(system);
    return system;
  };
  try {
    const [a, b] = [await start(first.system), await start(second.system)];
    await first.prepare?.(a, bench);
    await second.prepare?.(b, bench);
    const sides = {
      [first.name]: () => settledBy(a, first.load),
      [second.name]: () => settledBy(b, second.load),
    };
    progress("warming up");
    for (const warmUp of Object.values(sides)) await warmUp();
    const { [first.name]: ofFirst = [], [second.name]: ofSecond = [] } = await inTurns(
      bench,
      scaled(rounds),
      sides,
    );
    return {
      rows: [
        {
          what,
          value: ratios(ofFirst, ofSecond),
          target: { atLeast: target },
        },
        { what: `${first.name}: orders settled`, unit: "/s", value: summary(ofFirst) },
        { what: `${second.name}: orders settled`, unit: "/s", value: summary(ofSecond) },
      ],
      details: { [first.name]: ofFirst, [second.name]: ofSecond },
    };
  } finally {
    await Promise.allSettled(systems.map((system) => system.stop()));
  }
}

interface Side {
  readonly name: string;
  readonly system?: Partial<SystemOptions>;
  readonly load?: Partial<FlowOptions>;
  readonly prepare?: (system: System, bench: Bench) => Promise<void>;
}

export const fullTables: Measurement = {
  name: "full-tables",
  title: `(8) Full tables: ${settledOrders.toLocaleString("en")} settled orders and 10,000 products, next to empty ones`,
  quick: false,
  run: (bench) =>
    compare(bench, `${settledOrders.toLocaleString("en")} settled orders in the tables ÷ none`, 0.9, [
      {
        name: "full",
        system: { products: 10_000 },
        prepare: (system, { scaled, progress }) => fillTables(system, scaled(settledOrders), progress),
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
      // One line per order, since the lines of an order have different products.
      { name: "1,000 products", load: { products: 1_000, lines: 1 } },
    ]),
};

export const replicas: Measurement = {
  name: "replicas",
  title: "(10) Two replicas of each service, next to one",
  quick: false,
  run: (bench) =>
    compare(bench, "two replicas ÷ one", 0.95, [
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
