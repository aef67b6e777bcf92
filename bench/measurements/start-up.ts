/** (11) From start to ready with broker and database up; memory at rest, and its growth over 200,000 orders. */
import { serviceNames } from "@orders/stack";
import { startService } from "@orders/stack/testing/service";
import { waitFor } from "@rabbit-contract/messaging/testing";
import type { Findings, Measurement, Row } from "../measurement.ts";
import { runFlow } from "../pipeline.ts";
import { residentBytes } from "../processes.ts";
import { summary } from "../statistics.ts";
import { defaultLimits, provision, startSystem } from "../system.ts";

const rounds = 5;
const products = 1_000;
/** In parts; memory is sampled after each. */
const parts = 10;
const ordersOfPart = 20_000;

export const startUp: Measurement = {
  name: "start-up",
  title: "(11) Start-up: from start to ready",
  quick: false,
  async run({ servers, progress, uniqueName }): Promise<Findings> {
    const environments = await provision({ servers, name: uniqueName() });
    const rows: Row[] = [];
    for (const name of serviceNames) {
      const times: number[] = [];
      for (let round = 0; round < rounds; round++) {
        progress(`${name}, round ${round + 1} of ${rounds}`);
        const start = performance.now();
        const service = await startService(
          name,
          { ...environments[name], ...defaultLimits },
          { ready: false },
        );
        await waitFor(async () => (await fetch(`${service.adminUrl}/health/ready`)).ok, {
          what: `${name} to be ready`,
          timeout: 30_000,
          interval: 5,
        });
        times.push(performance.now() - start);
        await service.stop();
      }
      rows.push({
        what: `${name}: start to ready`,
        unit: "ms",
        value: summary(times),
        target: { atMost: 500 },
      });
    }
    return { rows };
  },
};

export const memory: Measurement = {
  name: "memory",
  title: `(11) Memory: at rest, and its growth over ${(parts * ordersOfPart).toLocaleString("en")} orders`,
  quick: false,
  async run({ servers, progress, uniqueName }): Promise<Findings> {
    const system = await startSystem({ servers, name: uniqueName(), products });
    try {
      const sample = () =>
        new Map(
          [...system.services].map(
            ([name, [service]]) => [name, residentBytes(service?.pid ?? 0) / 2 ** 20] as const,
          ),
        );
      const atRest = sample();
      const samples: ReadonlyMap<string, number>[] = [];
      // During the first part the heap finds its size: growth after that never ends.
      for (let part = 0; part <= parts; part++) {
        progress(`${part * ordersOfPart} orders`);
        await runFlow(system, { products, clients: 100, orders: ordersOfPart, mode: "saturating" });
        samples.push(sample());
      }
      const growth = (name: string) => (samples.at(-1)?.get(name) ?? 0) - (samples[0]?.get(name) ?? 0);
      return {
        rows: serviceNames.flatMap((name): Row[] => [
          { what: `${name}: memory at rest`, unit: "MiB", value: summary([atRest.get(name) ?? 0]) },
          {
            what: `${name}: memory after ${ordersOfPart.toLocaleString("en")} orders`,
            unit: "MiB",
            value: summary([samples[0]?.get(name) ?? 0]),
          },
          {
            what: `${name}: growth after that`,
            unit: "MiB",
            value: summary([growth(name)]),
            target: { atMost: 30 },
          },
        ]),
        details: { samples: samples.map((one) => Object.fromEntries(one)) },
      };
    } finally {
      await system.stop();
    }
  },
};
