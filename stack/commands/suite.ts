import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { root } from "../paths.ts";
import { readReport, type TestReport } from "./junit.ts";

export interface Suite {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** JUnit file that the command writes. */
  readonly report: string;
  readonly env: NodeJS.ProcessEnv;
  /** File for what it prints, unless that is shown as it goes. */
  readonly output: string;
}

/** Minutes after which a suite hangs: it takes five, or fifteen on a machine that is busy otherwise. */
const patience = 40;

export interface SuiteResult extends TestReport {
  /** A line for the reader. */
  readonly summary: string;
}

/**
 * Runs a suite to its end, or until it is interrupted, and counts its tests. One that runs no test has failed.
 * @param shown whether it prints as it goes, or into its file
 */
export async function runSuite(
  suite: Suite,
  { interruption, shown }: { readonly interruption: AbortSignal; readonly shown: boolean },
): Promise<SuiteResult> {
  const start = Date.now();
  const output = shown ? "inherit" : openSync(suite.output, "w");
  // A process group of its own, so that an interruption reaches the runner and all that it has started.
  const child = spawn(suite.command, suite.args, {
    cwd: root,
    env: suite.env,
    detached: true,
    stdio: ["ignore", output, output],
  });
  if (typeof output === "number") closeSync(output);
  const interrupt = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGTERM");
  };
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    interrupt();
  }, patience * 60_000);
  interruption.addEventListener("abort", interrupt);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("exit", resolve);
    child.once("error", reject);
  });
  clearTimeout(timer);
  interruption.removeEventListener("abort", interrupt);

  const report = existsSync(suite.report)
    ? readReport(readFileSync(suite.report, "utf8"))
    : { passed: 0, failed: 0, skipped: 0, failures: [] };
  // A file that cannot be loaded is missing from the report; only the exit code tells of it.
  const unreported = hangs || (report.failed === 0 && (code !== 0 || report.passed === 0));
  const failed = report.failed + (unreported ? 1 : 0);
  const reason = hangs
    ? `it was ended after ${patience} minutes: look for the last test that it began`
    : code === 0
      ? "no test ran"
      : `it ended with ${code} beside its tests`;
  const seconds = ((Date.now() - start) / 1000).toFixed(0);
  return {
    ...report,
    failed,
    failures: unreported ? [...report.failures, reason] : report.failures,
    summary: `${suite.name}: ${report.passed} passed, ${failed} failed, ${report.skipped} skipped in ${seconds} s`,
  };
}
