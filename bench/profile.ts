/**
 * `make profile`: where the time goes under a saturating load; with `ONE=1`, the cost of a single order; with `LOAD=30`,
 * where orders wait.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, serviceNames, table } from "@orders/stack";
import { inRun, type TestRun } from "@orders/stack/test-run";
import { type CpuProfile, during, parts, topFunctions } from "./cpu-profile.ts";
import { startFloor } from "./floors/order-flow/start.ts";
import { profileOneOrder } from "./one-order.ts";
import {
  connections,
  cpuPerOrder,
  earliest,
  type Flow,
  latest,
  type RunningPipeline,
  rate,
  runFlow,
} from "./pipeline.ts";
import { startServers } from "./servers.ts";
import { type System, startSystem } from "./system.ts";
import { profileWaiting } from "./waiting/profile.ts";

const orders = 20_000;
const shown = 15;
const directory = join(root, ".local/profile");

async function topStatements(system: System): Promise<string[][]> {
  const rows: string[][] = [["service", "calls", "ms", "ms/call", "rows", "statement"]];
  for (const [name, pool] of Object.entries(system.databases)) {
    const found = await pool.query<Record<"calls" | "ms" | "each" | "rows" | "query", string>>(
      `select calls, round(total_exec_time::numeric) as ms, round(mean_exec_time::numeric, 2) as each, rows,
              left(regexp_replace(query, '\\s+', ' ', 'g'), 90) as query
       from pg_stat_statements where dbid = (select oid from pg_database where datname = current_database())
       order by total_exec_time desc limit 8`,
    );
    for (const { calls, ms, each, rows: count, query } of found.rows)
      rows.push([name, calls, ms, each, count, query]);
  }
  return rows;
}

interface Profiled {
  readonly flow: Flow;
  /** By service, with the file that the runtime wrote. */
  readonly profiles: ReadonlyMap<string, { readonly file: string; readonly profile: CpuProfile }>;
}

/** Saturates a pipeline whose processes write profiles when they stop. */
async function profiled<P extends RunningPipeline>(
  side: string,
  start: (env: Readonly<Record<string, string>>) => Promise<P>,
  beforeStop: (pipeline: P) => Promise<void> = async () => {},
): Promise<Profiled> {
  const folder = join(directory, side);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const pipeline = await start({ BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${folder}` });
  console.log(`placing twice ${orders} orders with the ${side}; the first ones are its warm-up`);
  const saturate = () =>
    runFlow(pipeline, { products: 1_000, clients: connections, orders, mode: "saturating" });
  await saturate();
  const flow = await saturate();
  const [from, to] = [earliest(flow.due), latest(flow.notified)];
  await beforeStop(pipeline);
  await pipeline.stop();
  const profiles = readdirSync(folder).flatMap((name) => {
    const file = join(folder, name);
    const text = readFileSync(file, "utf8");
    const service = serviceNames.find(
      (one) => text.includes(`services/${one}/src/main.ts`) || text.includes(`order-flow/${one}.ts`),
    );
    if (service === undefined) return [];
    return [[service, { file, profile: during(JSON.parse(text), from, to) }] as const];
  });
  return { flow, profiles: new Map(profiles) };
}

/** The CPU time of an order in the services, by part of the code. */
function microsecondsByPart({ flow, profiles }: Profiled): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const [service, { profile }] of profiles) {
    const microseconds = 1000 * (cpuPerOrder(flow).get(service) ?? 0);
    for (const [part, share] of parts(profile)) sums.set(part, (sums.get(part) ?? 0) + share * microseconds);
  }
  return sums;
}

function partRows(system: ReadonlyMap<string, number>, floor: ReadonlyMap<string, number>): string[][] {
  const sum = (side: ReadonlyMap<string, number>) => [...side.values()].reduce((a, b) => a + b, 0).toFixed(0);
  const of = (side: ReadonlyMap<string, number>, part: string) => (side.get(part) ?? 0).toFixed(1);
  const rows = [...new Set([...system.keys(), ...floor.keys()])]
    .map((part) => [part, of(system, part), of(floor, part)])
    .filter(([, ...values]) => values.some((value) => Number(value) >= 1));
  return [["part", "system", "floor"], ...rows, ["all", sum(system), sum(floor)]];
}

async function profileSaturation(run: TestRun): Promise<void> {
  console.log("starting servers and services (about 20 seconds)");
  const servers = await startServers(join(run.directory, "servers/main"), [
    "shared_preload_libraries=pg_stat_statements",
  ]);
  const floor = await profiled("floor", (env) => startFloor({ servers, name: "floor" }, env));
  let statements: string[][] = [];
  const system = await profiled(
    "system",
    async (env) => {
      const started = await startSystem({ servers, name: "profile", env });
      for (const pool of Object.values(started.databases))
        await pool.query("create extension pg_stat_statements");
      return started;
    },
    async (running) => {
      statements = await topStatements(running);
    },
  );
  console.log(
    `\n${rate(system.flow, system.flow.settled).toFixed(0)} orders settled per second; CPU milliseconds per order:`,
  );
  console.log(
    table([...cpuPerOrder(system.flow)].map(([part, milliseconds]) => [part, milliseconds.toFixed(3)])),
  );
  console.log(`\nstatements\n${table(statements)}`);
  for (const [service, { file, profile }] of system.profiles) {
    const rows = topFunctions(profile, shown).map(([name, share]) => [`${(100 * share).toFixed(1)} %`, name]);
    console.log(`\n${service}: ${file}\n${table(rows)}`);
  }
  console.log("\nCPU microseconds of an order in the three services, by part of the code");
  console.log(table(partRows(microsecondsByPart(system), microsecondsByPart(floor))));
  console.log(`\nThe profiles are in ${directory}; open them in a browser's developer tools.`);
}

const { ONE = "", LOAD = "", RATE = "", BASE = "" } = process.env;
const base = BASE === "" ? undefined : BASE;

/** @returns undefined unless LOAD or RATE is set @throws Error for a value that is no positive number */
function wantedLoad() {
  if (LOAD === "" && RATE === "") return undefined;
  const value = Number(RATE === "" ? LOAD : RATE);
  if (!(value > 0))
    throw new Error("LOAD is a share of the peak in per cent, such as 30; RATE is orders per second");
  return RATE === "" ? { percent: value } : { perSecond: value };
}

const load = wantedLoad();
await inRun(async (run) => {
  if (ONE === "" && !load) return profileSaturation(run);
  const servers = await startServers(join(run.directory, "servers/main"));
  if (load) await profileWaiting({ run, servers, load, base });
  else await profileOneOrder(servers, base);
});
process.exit(0);
