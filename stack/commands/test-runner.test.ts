import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { bunCounts, denoCounts, run } from "./test-runner.ts";

const never = new AbortController().signal;

/** Runs a program that prints `output` and exits with `code`, in place of a test runner. */
function runnerThat(output: string, code: number) {
  const program = `console.log(${JSON.stringify(output)}); process.exit(${code})`;
  const runner = { name: "Bun", command: process.execPath, args: ["-e", program], env: process.env };
  return run({ ...runner, counts: bunCounts }, never, () => {});
}

describe("the counts of a test run", () => {
  it("are those of Bun's last lines", () => {
    const output =
      "(pass) prints 7 pass\n\n 12 pass\n 1 skip\n 2 fail\n 1 errors\nRan 15 tests across 2 files.";
    assert.deepEqual(bunCounts(output), { passed: 12, failed: 2, skipped: 1 });
  });

  it("are the steps of Deno's last line, or its tests where a describe failed before its first step", () => {
    const line = "FAILED | 3 passed (12 steps) | 2 failed (1 step) | 0 ignored (1 step) (36ms)";
    assert.deepEqual(denoCounts(`a ... ok\n\n${line}\n`), { passed: 12, failed: 2, skipped: 1 });
    assert.deepEqual(denoCounts("ok | 2 passed | 0 failed (1s)"), { passed: 2, failed: 0, skipped: 0 });
  });

  it("have a failure when the runner fails without one, and when no test ran", async () => {
    assert.equal((await runnerThat("1 pass\n0 fail", 0)).failed, 0);
    assert.equal((await runnerThat("1 pass\n0 fail", 1)).failed, 1);
    assert.equal((await runnerThat("1 pass\n3 fail", 1)).failed, 3);
    assert.equal((await runnerThat("nothing to do", 0)).failed, 1);
  });
});
