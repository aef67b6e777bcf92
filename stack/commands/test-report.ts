/** Reads from the runners' output how many tests passed and failed, and which failed. */
import { relative } from "node:path";
import { root } from "../paths.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface Report extends Counts {
  /** Of each failed test: its file and name, and the first line of its error, indented. */
  readonly failures: readonly string[];
}

/** `Expected values to be strictly equal:` says little without the line below it. */
function firstLineOf(lines: readonly string[]): string {
  const [first = "", ...others] = lines;
  const next = first.endsWith(":") ? others.find((line) => line.trim() !== "") : undefined;
  return next ? `${first} ${next.trim()}` : first;
}

/**
 * `12 pass`, `1 skip` and `2 fail`, each on a line of its own. Failed tests are printed below their file, and so are
 * their errors, but through different pipes: with several failures in a file, only their order shows which error
 * belongs to which test.
 */
export function bunReport(output: string): Report {
  const count = (word: string) =>
    Number([...output.matchAll(RegExp(`^ *(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  const files = new Map<string, { failed: string[]; errors: string[] }>();
  const lines = output.split("\n");
  let file = "";
  for (const [index, line] of lines.entries()) {
    file = /^(\S+\.test\.ts):$/.exec(line)?.[1] ?? file;
    const found = files.get(file) ?? { failed: [], errors: [] };
    files.set(file, found);
    const failed =
      /^\.*\(fail\) (.*?)(?: \[[\d.]+m?s\])?$/.exec(line)?.[1] ??
      /^✗ .*\((worker crashed.*)\)$/.exec(line)?.[1];
    if (failed !== undefined) found.failed.push(failed);
    if (line === "# Unhandled error between tests") found.failed.push("(between its tests)");
    const error =
      /^ +\^ (this test timed out.*)$/.exec(line)?.[1] ?? /^(?:error|\w*Error): .*/.exec(line)?.[0];
    if (error !== undefined) found.errors.push(firstLineOf([error, ...lines.slice(index + 1, index + 6)]));
  }
  const failures = [...files].flatMap(([name, { failed, errors }]) =>
    failed.length === 0
      ? []
      : [...failed.map((test) => `${name}: ${test}`), ...errors.map((error) => `  ${error}`)],
  );
  return { passed: count("pass"), failed: count("fail"), skipped: count("skip"), failures };
}

/**
 * `ok | 2 passed (12 steps) | 1 failed (2 steps) | …`: a `describe` is a test to Deno, and each `it` in it a step. The
 * stack of a failure's error names the file.
 */
export function denoReport(output: string): Report {
  const line = [...output.matchAll(/^(?:ok|FAILED) \| .*$/gm)].at(-1)?.[0] ?? "";
  const count = (word: string) => {
    const [, tests = 0, steps = 0] = RegExp(`(\\d+) ${word}(?: \\((\\d+) steps?\\))?`).exec(line) ?? [];
    return Math.max(Number(tests), Number(steps));
  };
  const errors = output.split("\n ERRORS \n").at(1)?.split("\n FAILURES \n")[0] ?? "";
  const failures = errors.split(/^(?=.+ => \S+:\d+:\d+\nerror: )/m).flatMap((text) => {
    const [title = "", ...error] = text.split("\n");
    const [, name, place] = /^(.+) => (\S+):\d+:\d+$/.exec(title) ?? [];
    const path = /file:\/\/(\S+?\.test\.ts):/.exec(text)?.[1];
    const file = path === undefined ? place : relative(root, path);
    return name === undefined
      ? []
      : [`${file}: ${name.replaceAll(" ... ", " > ")}`, `  ${firstLineOf(error)}`];
  });
  return { passed: count("passed"), failed: count("failed"), skipped: count("ignored"), failures };
}
