/** (5) POST /orders, with its checks and conventions, next to a bare route with the same SQL. No broker on either side. */
import { fileURLToPath } from "node:url";
import { startService } from "@orders/stack/testing/service";
import { costsInTurns } from "../costs.ts";
import { launchFloor } from "../floors/launch.ts";
import { anonymousCustomers, customers } from "../load/customers.ts";
import type { LoadJob } from "../load/job.ts";
import { runLoad } from "../load/run.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { cpuSeconds } from "../processes.ts";
import { ratios, summary } from "../statistics.ts";
import { defaultLimits, poolOf, provision, stockProducts } from "../system.ts";

const rounds = 4;
const ordersOfRound = 10_000;
const products = 1_000;
const connections = 100;

export const postOrders: Measurement = {
  name: "post-orders",
  title: "(5) POST /orders: next to a bare elysia and pg route with the same SQL",
  quick: true,
  async run(bench): Promise<Findings> {
    const { servers, uniqueName } = bench;
    const [orders, clients] = [bench.scaled(ordersOfRound), bench.scaled(connections)];
    const [ours, theirs] = [uniqueName(), uniqueName()];
    const [environments, bareEnvironments] = [
      await provision({ servers, name: ours }),
      await provision({ servers, name: theirs }),
    ];
    for (const name of [ours, theirs]) {
      const pools = [poolOf(servers, `${name}_inventory`), poolOf(servers, `${name}_order`)] as const;
      await stockProducts(...pools, products);
      for (const pool of pools) await pool.end();
    }
    // Nothing listens there, so accepted orders stay in the outbox, like on the other side.
    const noBroker = { ORDER_AMQP_URL: "amqp://unused:unused@127.0.0.1:1" };
    const service = await startService("order", {
      ...environments.order,
      ...defaultLimits,
      ...noBroker,
      LOG_LEVEL: "error",
    });
    const route = await startRoute(bareEnvironments.order.ORDER_DATABASE_URL ?? "");
    let first = 0;
    const known = await customers();
    const post = async (url: string, pid: number, who: LoadJob["customers"]) => {
      const job: LoadJob = {
        urls: [url],
        path: "/orders",
        customers: who,
        products,
        clients,
        orders,
        first,
        mode: "saturating",
      };
      first += orders;
      const cpu = cpuSeconds(pid);
      const start = performance.timeOrigin + performance.now();
      const { answered, due } = await runLoad(job);
      const seconds = (Math.max(start, ...answered.slice(-1)) - (due[0] ?? start)) / 1000;
      return { rate: orders / seconds, cpu: ((cpuSeconds(pid) - cpu) * 1e6) / orders };
    };
    try {
      const sides = {
        bare: () => post(route.url, route.pid, anonymousCustomers),
        ours: () => post(service.url, service.pid, known),
      };
      const { details, rates, cpu } = await costsInTurns(bench, rounds, sides);
      return {
        rows: [
          {
            what: "POST /orders ÷ bare route",
            value: ratios(rates("ours"), rates("bare")),
            target: { atLeast: 0.95 },
          },
          { what: "POST /orders", unit: "/s", value: summary(rates("ours")) },
          { what: "POST /orders: CPU of the service", unit: "µs", value: summary(cpu("ours")) },
          { what: "bare route: CPU of the process", unit: "µs", value: summary(cpu("bare")) },
        ],
        details,
      };
    } finally {
      await Promise.allSettled([service.stop(), route.stop()]);
    }
  },
};

function startRoute(databaseUrl: string) {
  const script = fileURLToPath(new URL("../floors/route.ts", import.meta.url).href);
  return launchFloor("the bare route", script, { DATABASE_URL: databaseUrl });
}
