/**
 * (12) The model of bench/capacity.ts: predicts the rate in two settings from the cost of an order in a third, and
 * compares it with the measured rate.
 */
import { execFileSync } from "node:child_process";
import type pg from "pg";
import { costOfAnOrder, linesOfBenchmark, saturatedRate } from "../capacity.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { cpuWithLoad, rate, saturate } from "../pipeline.ts";
import { withChildren } from "../processes.ts";
import { ratios, summary } from "../statistics.ts";
import { startSystem } from "../system.ts";
import { inTurns } from "../turns.ts";

const rounds = 3;
const ordersOfRound = 10_000;
const moreLines = 2 * linesOfBenchmark;

export const capacity: Measurement = {
  name: "capacity",
  title: "(12) Capacity: the model's predictions, and its inputs",
  quick: false,
  async run(bench): Promise<Findings> {
    const { servers, progress, uniqueName, scaled } = bench;
    const all = coresOf(process.pid);
    const half = all.slice(0, Math.ceil(all.length / 2));
    const system = await startSystem({ servers, name: uniqueName() });
    const everything = () => [process.pid, ...[...system.processes.values()].flat()].flatMap(withChildren);
    const flow = async (lines: number) => {
      const before = await walPosition(system.databases.order);
      const result = await saturate(bench, system, ordersOfRound, { lines });
      const bytes = ((await walPosition(system.databases.order)) - before) / result.ids.length;
      return { result, bytes };
    };
    const onHalf = async () => {
      restrict(everything(), half);
      try {
        return await flow(linesOfBenchmark);
      } finally {
        restrict(everything(), all);
      }
    };
    try {
      progress("warming up");
      await flow(linesOfBenchmark);
      const found = await inTurns(bench, scaled(rounds), {
        base: () => flow(linesOfBenchmark),
        lines: () => flow(moreLines),
        cores: onHalf,
      });
      const cost = found.base.map(({ result }) => cpuWithLoad(result));
      const settings = [
        { setting: { cores: all.length, lines: linesOfBenchmark }, flows: found.base },
        { setting: { cores: all.length, lines: moreLines }, flows: found.lines },
        { setting: { cores: half.length, lines: linesOfBenchmark }, flows: found.cores },
      ];
      return {
        rows: [
          ...settings.flatMap(({ setting, flows }) => {
            const settled = flows.map(({ result }) => rate(result, result.settled));
            const predicted = cost.map((milliseconds) => saturatedRate(setting, milliseconds));
            const name = `${setting.cores} cores, ${setting.lines} lines`;
            const value = ratios(settled, predicted);
            return [
              { what: `${name}: orders settled`, unit: "/s", value: summary(settled) },
              { what: `${name}: settled ÷ predicted`, value, target: { atLeast: 0.75 } },
              { what: `${name}: settled ÷ predicted, at most`, value, target: { atMost: 1.25 } },
              {
                what: `${name}: CPU an order`,
                unit: "ms",
                value: summary(flows.map(({ result }) => cpuWithLoad(result))),
              },
              {
                what: `${name}: write-ahead log an order`,
                unit: "bytes",
                value: summary(flows.map(({ bytes }) => bytes)),
              },
            ];
          }),
          {
            what: `CPU of ${moreLines} lines ÷ of ${linesOfBenchmark}`,
            value: ratios(
              found.lines.map(({ result }) => cpuWithLoad(result)),
              cost,
            ),
          },
          {
            what: "CPU an order ÷ in the results that docs/scaling.md is written from",
            value: summary(cost.map((milliseconds) => milliseconds / costOfAnOrder())),
          },
        ],
      };
    } finally {
      await system.stop();
    }
  },
};

/** The cores that a process may use. */
function coresOf(pid: number): string[] {
  const list = execFileSync("taskset", ["-c", "-p", String(pid)], { encoding: "utf8" }).split(": ")[1] ?? "";
  return list
    .trim()
    .split(",")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => String(first + index));
    });
}

/** Restricts all threads of these processes, and anything that they start from now on, to these cores. */
function restrict(pids: readonly number[], cores: readonly string[]): void {
  for (const pid of pids) {
    try {
      execFileSync("taskset", ["-a", "-c", "-p", cores.join(","), String(pid)], { stdio: "pipe" });
    } catch (error) {
      if (withChildren(process.pid).includes(pid)) throw error; // otherwise it was a database process that has ended
    }
  }
}

/** Bytes written so far. */
async function walPosition(database: pg.Pool): Promise<number> {
  const { rows } = await database.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes");
  return Number(rows[0]?.bytes);
}
