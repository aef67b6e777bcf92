/** `make test`: every suite on Bun and on Deno, on servers that are started for it or given in the environment. */
import { existsSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { waitForAll } from "@rabbit-contract/messaging/testing";

import { findProgram } from "../local/programs.ts";
import { root } from "../paths.ts";
import { type AdminEnvironment, serversFrom } from "../provision.ts";
import { serversUp } from "../servers.ts";
import { runSuite, type Suite, type SuiteResult } from "./suite.ts";
import { cleanUp, cleanUpAbandonedRuns, newRun, type TestRun } from "./test-run.ts";

const interruption = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => interruption.abort(new Error(`interrupted by ${signal}`)));
}

/** Paths to test instead of everything: `make test TESTS=services/order`. */
const wanted = process.argv
  .slice(2)
  .flatMap((argument) => argument.split(/\s+/))
  .map((path) => path.replace(/^\.\//, "").replace(/\/$/, ""))
  .filter((path) => path !== "");

/** Test files at a time. They wait a lot, but all for the same broker and database. */
const workers = String(Math.min(4, availableParallelism()));

const everything = ["packages", "services", "stack", "tests"];

async function main(): Promise<boolean> {
  if (chosen(everything).length === 0) {
    console.error(`there is nothing to test in ${wanted.join(" ")}`);
    return false;
  }
  let admin = serversFrom(process.env);
  await cleanUpAbandonedRuns(admin, console.log);
  const run = newRun();
  let passed = 0;
  let failed = 0;
  const failures: string[] = [];
  try {
    if (admin) console.log("using the servers of AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL");
    else admin = await serversUp(join(run.directory, "servers/main"), { progress: console.log });
    interruption.signal.throwIfAborted();
    const results = await runTogether(suitesFor(run, admin));
    for (const [suite, result] of results) {
      passed += result.passed;
      failed += result.failed;
      for (const failure of result.failures) failures.push(`${suite.name}: ${failure}`);
    }
    interruption.signal.throwIfAborted();
  } catch (error) {
    console.error(error instanceof Error ? `error: ${error.message}` : error);
    failed += 1;
  }
  console.log("stopping what was started");
  try {
    await cleanUp(run, admin, console.log);
  } catch (error) {
    console.error(error);
    failed += 1;
  }
  // Again, where it is seen: they are thousands of lines above.
  for (const failure of failures) console.log(`failed on ${failure}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0;
}

/**
 * All at once: the tests wait more than they work, so this takes little longer than the longest of them. The first
 * one prints as it goes, the others when it has ended.
 */
async function runTogether(suites: readonly Suite[]): Promise<readonly [Suite, SuiteResult][]> {
  console.log(`\n=== tests on ${suites.map(({ name }) => name).join(" and ")} ===`);
  const results = await waitForAll(
    suites.map((suite, index) => runSuite(suite, { interruption: interruption.signal, shown: index === 0 })),
  );
  return suites.map((suite, index) => {
    const result = results[index];
    if (result === undefined) throw new Error(`the tests on ${suite.name} came to no result`);
    if (index > 0) {
      console.log(`\n=== tests on ${suite.name} ===`);
      process.stdout.write(readFileSync(suite.output));
    }
    console.log(`\n${result.summary}`);
    return [suite, result];
  });
}

function suitesFor(run: TestRun, admin: AdminEnvironment): Suite[] {
  const env = {
    ...process.env,
    ...admin,
    TEST_RUN: run.name,
    TEST_RUN_DIRECTORY: run.directory,
    DENO_JOBS: workers,
  };
  const files = (name: string) => ({
    report: join(run.directory, `${name}.xml`),
    output: join(run.directory, `${name}.txt`),
  });
  const suites: Suite[] = [];
  const onBun = chosen(everything);
  if (onBun.length > 0) {
    const flags = [
      "--timeout",
      "60000",
      `--parallel=${workers}`,
      "--reporter=junit",
      `--reporter-outfile=${files("bun").report}`,
    ];
    const args = ["test", ...flags, ...onBun.map((path) => `./${path}`)];
    suites.push({ name: "Bun", command: process.execPath, args, env, ...files("bun") });
  }
  // The faults are left out there: most of their time goes by in waiting for servers.
  const onDeno = chosen([
    "packages/messaging",
    "packages/postgres",
    "packages/service",
    "services",
    "tests",
  ]).filter((path) => !path.startsWith("tests/faults"));
  if (onDeno.length > 0) {
    const deno = findProgram("deno", join(root, "node_modules/.bun/@deno+*/node_modules/@deno/*"));
    if (!deno) throw new Error("cannot find Deno in node_modules: run bun install");
    const args = [
      "test",
      "-A",
      "--no-check",
      "--parallel",
      `--junit-path=${files("deno").report}`,
      ...onDeno,
    ];
    suites.push({ name: "Deno", command: deno, args, env, ...files("deno") });
  }
  return suites;
}

function chosen(folders: readonly string[]): readonly string[] {
  const paths =
    wanted.length === 0
      ? folders
      : wanted.flatMap((path) =>
          folders.some((folder) => `${path}/`.startsWith(`${folder}/`))
            ? [path]
            : folders.filter((folder) => folder.startsWith(`${path}/`)),
        );
  return paths.filter((path) => existsSync(join(root, path)));
}

process.exit((await main()) ? 0 : 1);
