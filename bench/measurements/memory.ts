/** (11) Memory at rest, at most, and its growth while orders are settled. */
import { serviceNames } from "@orders/stack";
import type { Findings, Measurement, Row } from "../measurement.ts";
import { saturate } from "../pipeline.ts";
import { residentBytes } from "../processes.ts";
import { summary } from "../statistics.ts";
import { startSystem } from "../system.ts";

/** The orders are placed in parts; memory is sampled after each. */
const parts = 10;
/** The heaps reach their sizes during these first ones; growth after that would be a leak. */
const warmUp = 2;
const ordersOfPart = 20_000;

export const memory: Measurement = {
  name: "memory",
  title: `(11) Memory: at rest, at most, and its growth over ${(parts * ordersOfPart).toLocaleString("en")} orders`,
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, progress, uniqueName, scaled } = bench;
    const system = await startSystem({ servers, name: uniqueName() });
    try {
      const sample = (when?: "at most") =>
        new Map(
          [...system.services].map(
            ([name, [service]]) => [name, residentBytes(service?.pid ?? 0, when) / 2 ** 20] as const,
          ),
        );
      const atRest = sample();
      const samples: ReadonlyMap<string, number>[] = [];
      for (let part = 0; part < warmUp + parts; part++) {
        progress(`${part * scaled(ordersOfPart)} orders`);
        await saturate(bench, system, ordersOfPart, { clients: scaled(100) });
        samples.push(sample());
      }
      const peak = sample("at most");
      const row = (what: string, mebibytes = 0): Row => ({
        what,
        unit: "MiB",
        value: summary([mebibytes]),
      });
      return {
        rows: serviceNames.flatMap((name) => {
          const [first = 0, last = 0] = [samples[warmUp - 1]?.get(name), samples.at(-1)?.get(name)];
          return [
            row(`${name}: memory at rest`, atRest.get(name)),
            row(`${name}: memory at most`, peak.get(name)),
            row(`${name}: memory after ${(warmUp * ordersOfPart).toLocaleString("en")} orders`, first),
            { ...row(`${name}: growth after that`, last - first), target: { atMost: 30 } },
          ];
        }),
        details: { samples: samples.map((one) => Object.fromEntries(one)) },
      };
    } finally {
      await system.stop();
    }
  },
};
