import { spawn } from "node:child_process";
import { root } from "../paths.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Runner {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Reads the counts from what the runner prints last. */
  readonly counts: (output: string) => Counts;
}

export interface RunResult extends Counts {
  /** All that it printed. */
  readonly output: string;
  /** A line for the reader. */
  readonly summary: string;
}

/** Minutes after which a run is taken to hang. */
const patience = 40;

/**
 * Runs tests to their end, or until they are interrupted. A run without a test has failed.
 * @param print gets what it prints, as it comes
 */
export async function run(
  { name, command, args, env, counts }: Runner,
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

  const { passed, failed, skipped } = counts(output);
  // A file that cannot be loaded is not always counted; the exit code knows.
  const uncounted = failed === 0 && (code !== 0 || passed === 0) ? 1 : 0;
  const ended = hangs ? ` It hung, and was stopped after ${patience} minutes.` : "";
  const numbers = `${passed} passed, ${failed + uncounted} failed, ${skipped} skipped`;
  const summary = `${name}: ${numbers} in ${((Date.now() - start) / 1000).toFixed(0)} s.${ended}`;
  return { passed, failed: failed + uncounted, skipped, output, summary };
}

/** `12 pass`, `1 skip` and `2 fail`, each on a line of its own. */
export function bunCounts(output: string): Counts {
  const count = (word: string) =>
    Number([...output.matchAll(RegExp(`^ *(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip") };
}

/** `ok | 2 passed (12 steps) | 1 failed (2 steps) | …`: a `describe` is a test to Deno, and each `it` in it a step. */
export function denoCounts(output: string): Counts {
  const line = [...output.matchAll(/^(?:ok|FAILED) \| .*$/gm)].at(-1)?.[0] ?? "";
  const count = (word: string) => {
    const [, tests = 0, steps = 0] = RegExp(`(\\d+) ${word}(?: \\((\\d+) steps?\\))?`).exec(line) ?? [];
    return Math.max(Number(tests), Number(steps));
  };
  return { passed: count("passed"), failed: count("failed"), skipped: count("ignored") };
}
