import { spawn } from "node:child_process";
import { root } from "../paths.ts";
import type { Report } from "./test-report.ts";

export interface Runner {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Reads what the runner has printed. */
  readonly report: (output: string) => Report;
}

export interface RunResult extends Report {
  /** All that it printed. */
  readonly output: string;
  /** A line for the reader. */
  readonly summary: string;
}

/** Minutes after which a run is assumed to hang. */
const patience = 40;

/**
 * Runs tests to their end, or until they are interrupted. A run without a test has failed.
 * @param print receives the output as it comes
 */
export async function run(
  { name, command, args, env, report }: Runner,
  interruption: AbortSignal,
  print: (text: string) => void,
): Promise<RunResult> {
  const start = Date.now();
  // A process group of its own, so that an interruption reaches the runner and all that it has started.
  const child = spawn(command, args, { cwd: root, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      print(text);
    });
  }
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
    child.once("close", resolve);
    child.once("error", reject);
  });
  clearTimeout(timer);
  interruption.removeEventListener("abort", interrupt);

  const { passed, failed, skipped, failures } = report(output);
  // A file that cannot be loaded is not always counted, but changes the exit code.
  const uncounted = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  const ended = hangs ? ` It hung, and was stopped after ${patience} minutes.` : "";
  const numbers = `${passed} passed, ${failed + uncounted} failed, ${skipped} skipped`;
  const summary = `${name}: ${numbers} in ${((Date.now() - start) / 1000).toFixed(0)} s.${ended}`;
  const named =
    failed + uncounted > 0 && failures.length === 0 ? ["no named test: see the output"] : failures;
  return { passed, failed: failed + uncounted, skipped, failures: named, output, summary };
}
