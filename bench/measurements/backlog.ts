/** (7) A backlog: orders that were accepted while inventory was stopped, settled all at once. */
import type { ServiceName } from "@orders/stack";
import { startService } from "@orders/stack/testing/service";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { runLoad } from "../load/run.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { connections, saturate } from "../pipeline.ts";
import { summary } from "../statistics.ts";
import { defaultLimits, startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";
import { settledRate } from "./order-flow.ts";

const products = 1_000;
const ordersOfRound = 20_000;
const rounds = 3;
const ordersOfBacklog = 100_000;
const stopped: readonly ServiceName[] = ["inventory", "notification"];

export const backlog: Measurement = {
  name: "backlog",
  title: `(7) Backlog: draining ${ordersOfBacklog.toLocaleString("en")} orders, next to the steady state`,
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, progress, uniqueName, scaled } = bench;
    const [size, clients] = [scaled(ordersOfBacklog), scaled(connections)];
    const system = await startSystem({ servers, name: uniqueName(), products });
    const again: { stop(): Promise<unknown> }[] = [];
    try {
      const atPeak = () => saturate(bench, system, ordersOfRound, { clients });
      await atPeak();
      const flows = await inTurns(bench, scaled(rounds), { "steady state": atPeak });
      const rates = flows["steady state"].map(settledRate);
      progress("accepting the backlog");
      for (const name of stopped) for (const service of system.services.get(name) ?? []) await service.stop();
      const { urls, path, customers } = system;
      const first = 10 * scaled(ordersOfRound);
      await runLoad({ urls, path, customers, products, clients, orders: size, first, mode: "saturating" });
      progress("draining it");
      const start = performance.now();
      for (const name of stopped) {
        again.push(await startService(name, { ...system.environments[name], ...defaultLimits }));
      }
      await waitFor(
        async () => {
          const { rowCount } = await system.orderDatabase.query(
            "select from orders where status = 'pending' limit 1",
          );
          return rowCount === 0;
        },
        { what: "the backlog to be settled", timeout: 600_000, interval: 100 },
      );
      const drained = (1000 * size) / (performance.now() - start);
      return {
        rows: [
          {
            what: "draining a backlog, without requests ÷ steady state, with them",
            value: summary(rates.map((one) => drained / one)),
            target: { atLeast: 0.9 },
          },
          { what: "backlog: orders settled", unit: "/s", value: summary([drained]) },
          { what: "steady state: orders settled", unit: "/s", value: summary(rates) },
        ],
        details: { rates, drained },
      };
    } finally {
      await Promise.allSettled([system.stop(), ...again.map((service) => service.stop())]);
    }
  },
};
