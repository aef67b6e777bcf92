/** The whole system with proxies in front of its servers, which count what an order causes. */
import { waitFor, waitForAll } from "@rabbit-contract/messaging/testing";
import { perService, serviceNames } from "../../names.ts";
import { Client } from "../client.ts";
import { Network } from "../network.ts";
import { type SystemOptions, startSystem, type TestSystem } from "../system.ts";
import { AmqpCounter } from "./amqp-counter.ts";
import { PostgresCounter } from "./postgres-counter.ts";
import { added, type Station, type StationCounts, takeStations } from "./stations.ts";

export type { Station, StationCounts } from "./stations.ts";
export type Counts = ReadonlyMap<Station, StationCounts>;

export interface CountedSystem {
  readonly system: TestSystem;
  /** What has happened since the last call. */
  take(): Counts;
  stop(): Promise<void>;
}

export async function startCounted(options: SystemOptions = {}): Promise<CountedSystem> {
  const system = await startSystem({ ...options, services: [] });
  const network = await Network.start(system.environment);
  const counters = perService((name) => ({
    database: new PostgresCounter(network.between(name, "database")),
    broker: new AmqpCounter(network.between(name, "broker")),
  }));
  const stop = async () => {
    await system.stop();
    await network.close();
  };
  try {
    await waitForAll(
      serviceNames.map((name) => system.start(name, network.through(name, system.environment(name)))),
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    system,
    stop,
    take: () => new Map(serviceNames.flatMap((name) => [...takeStations(name, counters[name])])),
  };
}

const sku = "COUNTED-1";

/** Prepares the statements of an order, so that counting begins in the steady state. */
export async function warmUp(counted: CountedSystem, orders = 20): Promise<void> {
  await new Client(counted.system).product(sku, { onHand: 1_000_000 });
  await countOrders(counted, orders);
}

/**
 * Places orders one at a time, each once the customer of the one before it is notified.
 * @returns the counts for all of them, including background work meanwhile
 */
export async function countOrders({ system, take }: CountedSystem, orders: number): Promise<Counts> {
  const client = new Client(system);
  await system.quiet();
  take();
  const found: Counts[] = [];
  for (let number = 0; number < orders; number++) {
    let notified = 0;
    await client.place("c-1", [{ sku, quantity: 1 }]);
    const customerIsNotified = () => {
      const counts = take();
      found.push(counts);
      notified += counts.get("notification consumer")?.transactions ?? 0;
      return notified > 0;
    };
    await waitFor(customerIsNotified, { what: "an order to be done", timeout: 30_000, interval: 2 });
  }
  await system.quiet(); // confirmed messages are deleted
  return sumOf([...found, take()]);
}

/** @param times how often it happened, to get the counts of one */
export function sumOf(all: readonly Counts[], times = 1): Counts {
  const sum = new Map<Station, StationCounts>();
  for (const [station, counts] of all.flatMap((one) => [...one]))
    sum.set(station, added(counts, times, sum.get(station)));
  return sum;
}
