/** `make bench`: measures on servers of its own, and ends with a table, a JSON file and plots in bench/results/. */
import { join } from "node:path";
import { root } from "../stack/paths.ts";
import { cleanUp, cleanUpAbandonedRuns, newRun } from "../stack/test-run.ts";
import type { Bench, Findings, Measurement } from "./measurement.ts";
import { measurements } from "./measurements/index.ts";
import { environment } from "./report/environment.ts";
import { findingsTable, writeReport } from "./report/report.ts";
import { startServers } from "./servers.ts";

const { ONLY = "" } = process.env;
const full = process.argv.includes("--full");

function chosen(): readonly Measurement[] {
  const names = ONLY.split(/[\s,]+/).filter((name) => name !== "");
  const unknown = names.filter((name) => !measurements.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = measurements.map(({ name }) => name).join(", ");
    throw new Error(`there is no measurement ${unknown.join(", ")}. There are: ${known}`);
  }
  return measurements.filter(({ name, quick }) => (names.length > 0 ? names.includes(name) : full || quick));
}

async function main(): Promise<void> {
  const wanted = chosen();
  await cleanUpAbandonedRuns(undefined, console.log);
  const run = newRun();
  process.env.TEST_RUN_DIRECTORY = run.directory; // where processes that are started are noted down
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, async () => {
      if (interrupted) return; // cleaning up already
      interrupted = true;
      console.error(`interrupted by ${signal}: stopping what was started`);
      await cleanUp(run, undefined, console.error);
      process.exit(130);
    });
  }
  try {
    console.log("starting a RabbitMQ and a PostgreSQL of the benchmark's own (about 15 seconds)");
    const servers = await startServers(join(run.directory, "servers/main"));
    let names = 0;
    const bench: Bench = {
      servers,
      uniqueName: () => `bench${++names}`,
      progress: (line) => console.log(`  ${line}`),
    };
    const found: { measurement: Measurement; findings: Findings }[] = [];
    for (const measurement of wanted) {
      console.log(`\n${measurement.title}`);
      const start = performance.now();
      const findings = await measurement.run(bench);
      found.push({ measurement, findings });
      console.log(findingsTable([{ measurement, findings }]));
      console.log(`  ${((performance.now() - start) / 1000).toFixed(0)} s`);
    }
    const directory = join(root, "bench/results");
    const files = await writeReport(directory, await environment(servers), found);
    console.log(`\n${findingsTable(found)}\n\nwrote ${files.join(", ")} to bench/results/`);
  } finally {
    if (!interrupted) await cleanUp(run, undefined, console.log);
  }
}

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error : `error: ${error}`);
  process.exit(1);
}
