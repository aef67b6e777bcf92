/** `make bench`: measures on its own servers, and writes a table, a JSON file and plots. */
import { join } from "node:path";
import { root } from "@orders/stack";
import { inRun, type TestRun } from "@orders/stack/test-run";
import { Machine, verdict } from "./machine.ts";
import type { Bench, Findings, Measurement } from "./measurement.ts";
import { measurements } from "./measurements/index.ts";
import { environment } from "./report/environment.ts";
import { findingsTable, writeReport } from "./report/report.ts";
import { inContainers, startServers } from "./servers.ts";

const { ONLY = "", SCALE = "1" } = process.env;
const full = process.argv.includes("--full");
const scale = Number(SCALE);
if (!(scale > 0)) throw new Error(`SCALE must be a number above 0, such as 0.05, not ${SCALE}`);

function chosen(): readonly Measurement[] {
  const names = ONLY.split(/[\s,]+/).filter((name) => name !== "");
  const unknown = names.filter((name) => !measurements.some((one) => one.name === name));
  if (unknown.length > 0) {
    const known = measurements.map(({ name }) => name).join(", ");
    throw new Error(`unknown measurement ${unknown.join(", ")}. Known: ${known}`);
  }
  return measurements.filter(({ name, quick }) => (names.length > 0 ? names.includes(name) : full || quick));
}

/** The README shows the results of full runs, so only full runs replace them. */
const results = inContainers ? "bench/results/containers" : "bench/results";
const directory = full && ONLY === "" && scale === 1 ? results : ".local/bench";

async function main(run: TestRun): Promise<void> {
  const wanted = chosen();
  console.log(
    `starting a RabbitMQ and a PostgreSQL ${inContainers ? "in containers" : "of the benchmark's own (about 15 seconds)"}`,
  );
  const servers = await startServers(join(run.directory, "servers/main"));
  const machine = new Machine(servers.ours);
  let names = 0;
  const bench: Bench = {
    servers,
    uniqueName: () => `bench${++names}`,
    progress: (line) => console.log(`  ${line}`),
    machine,
    full,
    trial: scale !== 1,
    scaled: (size) => Math.max(1, Math.round(size * scale)),
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
  const files = await writeReport(join(root, directory), await environment(servers, machine.quiet), found);
  console.log(`\n${findingsTable(found)}\n\n${verdict(machine.quiet)}`);
  if (bench.trial) console.log(`SCALE=${SCALE}: the figures mean nothing.`);
  console.log(`Wrote ${files.join(", ")} to ${directory}/.`);
}

try {
  chosen(); // reports an unknown name before anything starts
  await inRun(main);
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error : `error: ${error}`);
  process.exit(1);
}
