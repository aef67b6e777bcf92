/** (12) The model of bench/capacity.ts, next to what this machine does; `taskset -c 0 make bench ONLY=capacity` for one core. */
import { execFileSync } from "node:child_process";
import type pg from "pg";
import { saturatedRate } from "../capacity.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { cpuPerOrder, type Flow, rate, runFlow } from "../pipeline.ts";
import { ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";

const rounds = 3;
const ordersOfRound = 10_000;
/** The lines of the benchmark on average, and twice as many. */
const few = 2;
const many = 4;

export const capacity: Measurement = {
  name: "capacity",
  title: "(12) Capacity: the model's predictions, and its inputs",
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, progress, uniqueName, scaled } = bench;
    const orders = scaled(ordersOfRound);
    // Those that this process may use, and with it the servers, the services and the load.
    const cores = Number(execFileSync("nproc", { encoding: "utf8" }));
    const system = await startSystem({ servers, name: uniqueName() });
    const flow = async (lines: number) => {
      const before = await walPosition(system.databases.order);
      const result = await runFlow(system, {
        products: 1_000,
        clients: scaled(400),
        orders,
        mode: "saturating",
        lines,
      });
      const bytes = ((await walPosition(system.databases.order)) - before) / orders;
      return { result, bytes };
    };
    try {
      progress("warming up");
      await flow(few);
      const found = await inTurns(bench, scaled(rounds), { few: () => flow(few), many: () => flow(many) });
      const sides = [
        { lines: few, flows: found.few },
        { lines: many, flows: found.many },
      ];
      const cpu = (flows: readonly { result: Flow }[]) => flows.map(({ result }) => totalCpu(result));
      const bytes = (flows: readonly { bytes: number }[]) => summary(flows.map((one) => one.bytes));
      return {
        rows: [
          ...sides.flatMap(({ lines, flows }) => {
            const rates = flows.map(({ result }) => rate(result, result.settled));
            const predicted = saturatedRate({ cores, lines });
            const name = `${cores} cores, ${lines} lines`;
            const value = summary(rates.map((one) => one / predicted));
            return [
              { what: `${name}: orders settled`, unit: "/s", value: summary(rates) },
              { what: `${name}: settled ÷ predicted`, value, target: { atLeast: 0.75 } },
              { what: `${name}: settled ÷ predicted, at most`, value, target: { atMost: 1.25 } },
              { what: `${name}: CPU an order`, unit: "ms", value: summary(cpu(flows)) },
              { what: `${name}: write-ahead log an order`, unit: "bytes", value: bytes(flows) },
            ];
          }),
          { what: `CPU of ${many} lines ÷ of ${few}`, value: ratios(cpu(found.many), cpu(found.few)) },
        ],
        details: {
          cores,
          few: found.few.map(({ bytes }) => bytes),
          many: found.many.map(({ bytes }) => bytes),
        },
      };
    } finally {
      await system.stop();
    }
  },
};

/** Bytes written so far. */
async function walPosition(database: pg.Pool): Promise<number> {
  const { rows } = await database.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes");
  return Number(rows[0]?.bytes);
}

function totalCpu(flow: Flow): number {
  return [...cpuPerOrder(flow).values()].reduce((sum, value) => sum + value, 0);
}
