/** (7) to (10): how the shape of the load, the data and the system affects the rate at which orders settle. */
import { startFloor } from "../floors/order-flow/start.ts";
import type { Bench, Findings, Measurement, Target } from "../measurement.ts";
import {
  type Flow,
  type FlowOptions,
  type RunningPipeline,
  saturate,
  servicesCpu,
  totalCpu,
} from "../pipeline.ts";
import { ratios, summary } from "../statistics.ts";
import { type SystemPlace, startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";
import { fillTables } from "./fill-tables.ts";
import { digest, settledRate } from "./order-flow.ts";

const rounds = 5;
const orders = 20_000;
const settledOrders = 5_000_000;

/** Two pipelines side by side on the same servers, loaded in turns. */
async function compare<P extends RunningPipeline>(
  bench: Bench,
  what: string,
  [first, second]: readonly [Side<P>, Side<P>],
  target?: Target,
): Promise<Findings> {
  const { servers, progress, uniqueName, scaled } = bench;
  const running: P[] = [];
  const loaded = async ({ start, replicas = 1, prepare, load }: Side<P>) => {
    const pipeline = await start({ servers, name: uniqueName(), replicas });
    running.push(pipeline);
    await prepare?.(pipeline, bench);
    const run = () => saturate(bench, pipeline, orders, load);
    // Each process compiles what is hot, so that more of them need more orders.
    for (let warmUp = 0; warmUp < replicas; warmUp++) await run();
    return run;
  };
  try {
    progress("starting both, and warming up");
    const sides = { [first.name]: await loaded(first), [second.name]: await loaded(second) };
    const flows = await inTurns(bench, scaled(rounds), sides);
    const { [first.name]: ofFirst = [], [second.name]: ofSecond = [] } = flows;
    const compared = (value: (flow: Flow) => number) => ratios(ofFirst.map(value), ofSecond.map(value));
    const settled = (flows: readonly Flow[]) => summary(flows.map(settledRate));
    return {
      rows: [
        { what, value: compared(settledRate), ...(target && { target }) },
        { what: `${what}: CPU of an order`, value: compared(totalCpu) },
        { what: `${what}: CPU of an order in the services`, value: compared(servicesCpu) },
        { what: `${first.name}: orders settled`, unit: "/s", value: settled(ofFirst) },
        { what: `${second.name}: orders settled`, unit: "/s", value: settled(ofSecond) },
      ],
      details: { [first.name]: ofFirst.map(digest), [second.name]: ofSecond.map(digest) },
    };
  } finally {
    await Promise.allSettled(running.map((pipeline) => pipeline.stop()));
  }
}

interface Side<P> {
  readonly name: string;
  readonly start: (place: SystemPlace) => Promise<P>;
  readonly replicas?: number;
  readonly load?: Partial<FlowOptions>;
  readonly prepare?: (pipeline: P, bench: Bench) => Promise<void>;
}

export const fullTables: Measurement = {
  name: "full-tables",
  title: `(8) Full tables: ${settledOrders.toLocaleString("en")} settled orders and 10,000 products, next to empty ones`,
  quick: false,
  run: (bench) =>
    compare(
      bench,
      `${settledOrders.toLocaleString("en")} settled orders in the tables ÷ none`,
      [
        {
          name: "full",
          start: (place) => startSystem({ ...place, products: 10_000 }),
          prepare: (system, { scaled, progress }) => fillTables(system, scaled(settledOrders), progress),
        },
        { name: "empty", start: startSystem },
      ],
      { atLeast: 0.9 },
    ),
};

export const hotProduct: Measurement = {
  name: "hot-product",
  title: "(9) Hot product: all orders for one product, next to 1,000 products",
  quick: false,
  run: (bench) =>
    compare(
      bench,
      "one product ÷ 1,000 products",
      [
        { name: "one product", start: startSystem, load: { products: 1 } },
        // One line per order, since the lines of an order have different products.
        { name: "1,000 products", start: startSystem, load: { products: 1_000, lines: 1 } },
      ],
      { atLeast: 0.9 },
    ),
};

export const replicas: Measurement = {
  name: "replicas",
  title: "(10) Two replicas of each service, next to one; the same for the floor",
  quick: false,
  async run(bench): Promise<Findings> {
    const system = await compare(
      bench,
      "two replicas ÷ one",
      [
        { name: "two replicas", start: startSystem, replicas: 2 },
        { name: "one replica", start: startSystem },
      ],
      { atLeast: 0.95 },
    );
    const floor = await compare(bench, "floor: two replicas ÷ one", [
      { name: "floor: two replicas", start: startFloor, replicas: 2 },
      { name: "floor: one replica", start: startFloor },
    ]);
    return { rows: [...system.rows, ...floor.rows], details: { ...system.details, ...floor.details } };
  },
};

export const tracing: Measurement = {
  name: "tracing",
  title: "Tracing at its default rate and scraped metrics, next to neither",
  quick: false,
  run: (bench) =>
    compare(
      bench,
      "tracing and metrics on ÷ off",
      [
        { name: "on", start: startSystem },
        { name: "off", start: (place) => startSystem({ ...place, observed: false }) },
      ],
      { atLeast: 0.95 },
    ),
};
