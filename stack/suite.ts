import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readReport, type TestReport } from "./junit.ts";
import { root } from "./paths.ts";

export interface Suite {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** JUnit file that the command writes. */
  readonly report: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Runs a suite to its end, or until it is interrupted, and counts its tests. One that runs no test has failed. */
export async function runSuite(suite: Suite, interruption: AbortSignal): Promise<TestReport> {
  const start = Date.now();
  console.log(`\n=== tests on ${suite.name} ===`);
  // A process group of its own, so that an interruption reaches the runner and all that it has started.
  const child = spawn(suite.command, suite.args, {
    cwd: root,
    env: suite.env,
    detached: true,
    stdio: "inherit",
  });
  const interrupt = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
  };
  interruption.addEventListener("abort", interrupt);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  interruption.removeEventListener("abort", interrupt);

  const counts = existsSync(suite.report)
    ? readReport(readFileSync(suite.report, "utf8"))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  // A file that cannot be loaded is missing from the report; only the exit code tells of it.
  const unreported = counts.failed === 0 && (code !== 0 || counts.passed === 0);
  const failed = counts.failed + (unreported ? 1 : 0);
  const reason = code === 0 ? "no test ran" : `it ended with ${code} beside its tests`;
  if (unreported) console.error(reason);
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  console.log(
    `${suite.name}: ${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped in ${seconds} s`,
  );
  return { ...counts, failed, failures: unreported ? [reason] : counts.failures };
}
