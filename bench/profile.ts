/**
 * `make profile`: where the time goes under a saturating load; with `ONE=1`, the cost of a single order; with `LOAD=30`,
 * where orders wait.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, serviceNames, table } from "@orders/stack";
import { inRun, type TestRun } from "@orders/stack/test-run";
import { profileOneOrder } from "./one-order.ts";
import { cpuPerOrder, rate, runFlow } from "./pipeline.ts";
import { startServers } from "./servers.ts";
import { type System, startSystem } from "./system.ts";
import { profileWaiting } from "./waiting/profile.ts";

const orders = 30_000;
const clients = 400;
const shown = 15;
const directory = join(root, ".local/profile");

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
}

/** Functions by their self samples. */
function topFunctions({ nodes, samples }: Profile): string[][] {
  const names = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => [
      id,
      `${functionName || "(anonymous)"} ${url.replace(/^.*?(node_modules|services|generated)\//, "$1/")}:${lineNumber + 1}`,
    ]),
  );
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const name = names.get(sample) ?? "";
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, shown)
    .map(([name, count]) => [`${((100 * count) / samples.length).toFixed(1)} %`, name]);
}

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

async function profileSaturation(run: TestRun): Promise<void> {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  console.log("starting servers and services (about 20 seconds)");
  const servers = await startServers(join(run.directory, "servers/main"), [
    "shared_preload_libraries=pg_stat_statements",
  ]);
  const env = { BUN_OPTIONS: `--cpu-prof --cpu-prof-dir=${directory}` };
  const system = await startSystem({ servers, name: "profile", env });
  for (const pool of Object.values(system.databases)) await pool.query("create extension pg_stat_statements");
  console.log(`placing ${orders} orders`);
  const flow = await runFlow(system, { products: 1_000, clients, orders, mode: "saturating" });
  const statements = await topStatements(system);
  await system.stop(); // stopping writes the profiles
  console.log(
    `\n${rate(flow, flow.settled).toFixed(0)} orders settled per second; CPU milliseconds per order:`,
  );
  console.log(table([...cpuPerOrder(flow)].map(([part, milliseconds]) => [part, milliseconds.toFixed(3)])));
  console.log(`\nstatements\n${table(statements)}`);
  for (const file of readdirSync(directory)) {
    const text = readFileSync(join(directory, file), "utf8");
    const service = serviceNames.find((name) => text.includes(`services/${name}/src/main.ts`));
    // Migrations write a profile too.
    if (service === undefined || text.includes(`services/${service}/src/migrate.ts`)) continue;
    console.log(`\n${service}: ${file}\n${table(topFunctions(JSON.parse(text)))}`);
  }
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
