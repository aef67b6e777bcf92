/** `make test` and `make test-unit`: the tests on Bun, and on Deno those of code that may behave differently there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { denoProgram } from "../local/programs.ts";
import { root } from "../paths.ts";
import { type AdminEnvironment, serversFrom } from "../provision.ts";
import { runtimeEnvironment } from "../runtime-environment.ts";
import { localServersArePossible, serversUp, shortLived } from "../servers.ts";
import { bundleServices } from "../testing/bundles.ts";
import { buildConsolePage } from "../testing/console-page.ts";
import { unitTests } from "../testing/unit-tests.ts";
import { readWorkspace } from "../testing/workspace.ts";
import { bunReport, denoReport, type Report } from "./test-report.ts";
import { cleanUp, cleanUpAbandonedRuns, newRun, serversOf, type TestRun } from "./test-run.ts";
import { type Runner, type RunResult, run } from "./test-runner.ts";

/**
 * Tests of code that depends on the runtime: sockets, TLS, timers, signals, HTTP. Other code does the same on Deno, and
 * so does what a service adds to the HTTP of packages/service: one of them is enough. The longest first, because Deno
 * runs them in this order. tests/transport.test.ts runs itself on Deno, with the same servers.
 */
const onDeno = [
  /^tests\/order-flow\.test\.ts$/,
  /^services\/\w+\/src\/(?:http\/(?:stream|wait)|jobs\/send-emails)\.test\.ts$/,
  /^services\/order\/src\/http\/app\.test\.ts$/,
  /^packages\/messaging\/src\/(?:connection|publish)\//,
  /^packages\/messaging\/src\/topology\/(?:declare|management-api)\.test\.ts$/,
  /^packages\/messaging\/src\/(?:broker|recovery|consume\/(?:consumer|session))\.test\.ts$/,
  /^packages\/postgres\/src\/(?:pool|prepared-statements|outbox\/outbox)\.test\.ts$/,
  /^packages\/service\/src\/(?:runtime|operator\/dead-letters)\//,
  /^packages\/service\/src\/http\/(?:app|body|health|slow-clients|sse)\.test\.ts$/,
  /^packages\/service\/src\/(?:access\/tokens|config\/tls|telemetry\/(?:tracing|http-spans))\.test\.ts$/,
];
/** Tests that kill and pause servers of their own, which are local processes. */
const withLocalServers =
  /^(?:stack\/local\/(?:control|servers)|tests\/(?:self-healing|transport|faults\/faults))\.test\.ts$/;
/** Milliseconds of the longest files, roughly: they start first, so that none runs alone at the end. */
const longest: Readonly<Record<string, number>> = {
  "tests/console/console.test.ts": 180_000,
  "tests/interruptions.test.ts": 105_000,
  "tests/self-healing.test.ts": 85_000,
  "tests/faults/faults.test.ts": 68_000,
  "tests/packed.test.ts": 41_000,
  "tests/console/hostile.test.ts": 36_000,
  "tests/observability.test.ts": 26_000,
  "packages/service/src/http/slow-clients.test.ts": 23_000,
  "stack/scaffold/scaffold.test.ts": 22_000,
  "packages/postgres/src/half-open.test.ts": 20_000,
  "stack/local/control.test.ts": 18_000,
  "packages/contract/src/commands/examples.test.ts": 18_000,
  "packages/postgres/src/outbox/outbox.test.ts": 14_000,
  "packages/messaging/src/recovery.test.ts": 13_000,
};
/** Number of concurrent test files: they wait more than they compute. */
const workers = Math.min(6, 2 * availableParallelism());

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

const [onlyUnits, ...paths] = process.argv.slice(2).includes("--unit")
  ? [true, ...process.argv.slice(2).filter((argument) => argument !== "--unit")]
  : [false, ...process.argv.slice(2)];
/** Files and folders to test instead of everything: `make test TESTS="services/order tests/fuzz.test.ts"`. */
const wanted = paths
  .flatMap((argument) => argument.split(/\s+/))
  .map((path) => path.replace(/^\.\/|\/$/g, ""));

const workspace = readWorkspace(root);
const isWanted = (path: string) =>
  wanted.every((one) => one === "") || wanted.some((one) => `${path}/`.startsWith(`${one}/`));
const found = [...workspace.files.keys()].filter((path) => path.endsWith(".test.ts") && isWanted(path));
const impossible = localServersArePossible() ? [] : found.filter((path) => withLocalServers.test(path));
const tests = found.filter((path) => !impossible.includes(path));
const units = unitTests(workspace).filter(isWanted);

/** Sorts files so that the runner starts the longest first; those of the whole system take longer than others. */
function writeTimings(directory: string, files: readonly string[]): string {
  const time = (path: string) => longest[path] ?? (path.startsWith("tests/") ? 12_000 : 2_000);
  const file = join(directory, "timings.json");
  const times = Object.fromEntries(files.map((path) => [path, time(path)]));
  writeFileSync(file, JSON.stringify({ version: 1, files: times }));
  return file;
}

function bun(
  name: string,
  files: readonly string[],
  env: NodeJS.ProcessEnv,
  ...flags: readonly string[]
): Runner {
  // A worker loads each module once, not once per file: loading takes longer than most files run.
  const isolation = "--no-isolate";
  const args = ["test", "--dots", "--timeout", "180000", isolation, ...flags];
  return {
    name,
    command: process.execPath,
    args: [...args, ...files.map((path) => `./${path}`)],
    env: { ...process.env, ...runtimeEnvironment, ...env },
    report: bunReport,
  };
}

/**
 * Modules that import several test files each, because Deno loads everything anew for each module that it is given,
 * which takes longer than most files run. A hook outside of every `describe` would apply to all of a module's tests, so
 * files with one remain on their own.
 */
function denoModules(files: readonly string[], folder: string): string[] {
  const hook = /^(?:before|after)(?:Each)?\(/m;
  const hasHook = (path: string) => hook.test(workspace.files.get(path)?.text ?? "");
  const together = files.filter((path) => !hasHook(path));
  const modules = Array.from({ length: Math.min(workers, together.length) }, (_, index) => {
    const imports = together
      .filter((_path, at) => at % workers === index)
      .map((path) => `import ${JSON.stringify(pathToFileURL(join(root, path)).href)};\n`);
    const module = join(folder, `together-${index}.test.ts`);
    writeFileSync(module, imports.join(""));
    return module;
  });
  return [...files.filter(hasHook), ...modules];
}

function deno(files: readonly string[], env: NodeJS.ProcessEnv): Runner {
  return {
    name: "Deno",
    command: denoProgram(),
    args: ["test", "-A", "--no-check", "--parallel", ...files],
    env: { ...process.env, ...env, DENO_JOBS: String(workers), NO_COLOR: "1" },
    report: denoReport,
  };
}

async function runUnits(): Promise<Report[]> {
  if (units.length === 0) return [];
  console.log(`${units.length} files of unit tests on Bun, without servers`);
  const servers = { AMQP_URL: "", RABBITMQ_MANAGEMENT_URL: "", DATABASE_URL: "" };
  // They compute and never wait.
  return [await shown(bun("Unit tests", units, servers, `--parallel=${availableParallelism()}`))];
}

async function runOnServers(testRun: TestRun, admin: AdminEnvironment): Promise<Report[]> {
  const env = { ...admin, TEST_RUN: testRun.name, TEST_RUN_DIRECTORY: testRun.directory };
  const others = tests.filter((path) => !units.includes(path));
  const both = onDeno.flatMap((part) => tests.filter((path) => part.test(path)));
  // Deno excludes .local, where the run has its directory.
  const folder = mkdtempSync(join(tmpdir(), "deno-tests-"));
  console.log(`${others.length} files of other tests on Bun, and ${both.length} files on Deno`);
  const timings = writeTimings(testRun.directory, others);
  const runs = waitForAll([
    ...(others.length > 0
      ? [shown(bun("Bun", others, env, `--parallel=${workers}`, `--timings=${timings}`))]
      : []),
    ...(both.length > 0 ? [atTheEnd(deno(denoModules(both, folder), env))] : []),
  ]);
  return runs.finally(() => rmSync(folder, { recursive: true }));
}

function summarized({ name }: Runner, result: RunResult): Report {
  console.log(`\n${result.summary}`);
  return {
    ...result,
    failures: result.failures.map((line) => (line.startsWith(" ") ? line : `${name}: ${line}`)),
  };
}

/** Prints as it goes. */
async function shown(runner: Runner): Promise<Report> {
  const result = await run(runner, interruption.signal, (text) => process.stdout.write(text));
  return summarized(runner, result);
}

/** Prints only the failures, at the end. */
async function atTheEnd(runner: Runner): Promise<Report> {
  const result = await run(runner, interruption.signal, () => {});
  const errors = result.output.indexOf("\n ERRORS \n");
  if (result.failed > 0) console.log(`\n=== ${runner.name} ===\n${result.output.slice(Math.max(errors, 0))}`);
  return summarized(runner, result);
}

async function bundle(directory: string): Promise<void> {
  await bundleServices(directory);
  if (tests.some((path) => path.startsWith("tests/faults/")))
    await bundleServices(directory, { faultPoints: true });
}

async function runAll(): Promise<Report[]> {
  if (onlyUnits) return runUnits();
  const given = serversFrom(process.env);
  await cleanUpAbandonedRuns(given, console.log);
  const testRun = newRun({ inMemory: true });
  let admin = given;
  try {
    if (given) console.log("using the servers of AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL");
    const servers =
      given ??
      serversUp(join(serversOf(testRun.directory), "main"), {
        progress: console.log,
        postgresSettings: shortLived,
      });
    const [unitReports, started] = await waitForAll([
      runUnits(),
      Promise.resolve(servers),
      bundle(testRun.directory),
      tests.some((path) => path.includes("console/")) ? buildConsolePage() : Promise.resolve(),
    ]);
    admin = started;
    interruption.signal.throwIfAborted();
    const reports = await runOnServers(testRun, started);
    interruption.signal.throwIfAborted();
    return [...unitReports, ...reports];
  } finally {
    console.log("stopping what was started");
    await cleanUp(testRun, admin, console.log);
  }
}

if (tests.length === 0) {
  console.error(`there is no test in ${wanted.join(" ")}`);
  process.exit(1);
}
const reports = await runAll().catch((error: unknown): Report[] => {
  const message = error instanceof Error ? `error: ${error.message}` : String(error);
  return [{ passed: 0, failed: 1, skipped: 0, failures: [message] }];
});
const sum = (key: "passed" | "failed") => reports.reduce((total, report) => total + report[key], 0);
if (impossible.length > 0)
  console.log(
    `\nNot run: ${impossible.join(", ")}. They start RabbitMQ and PostgreSQL as local processes, which are not installed ` +
      "and cannot be installed from here.",
  );
const failures = reports.flatMap((report) => report.failures);
if (failures.length > 0) console.log(["", "What failed:", ...failures].join("\n"));
// CI reads this line.
console.log(`${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 && sum("passed") > 0 ? 0 : 1);
