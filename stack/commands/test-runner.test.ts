import assert from "node:assert/strict";
import process from "node:process";
import { describe, it } from "node:test";
import { bunReport } from "./test-report.ts";
import { run } from "./test-runner.ts";

const never = new AbortController().signal;

/** Runs a program that prints `output` and exits with `code`, in place of a test runner. */
function runnerThat(output: string, code: number) {
  const program = `console.log(${JSON.stringify(output)}); process.exit(${code})`;
  const runner = { name: "Bun", command: process.execPath, args: ["-e", program], env: process.env };
  return run({ ...runner, report: bunReport }, never, () => {});
}

describe("a test run", () => {
  it("has a failure when the runner fails without one, and when no test ran", async () => {
    assert.equal((await runnerThat("1 pass\n0 fail", 0)).failed, 0);
    assert.equal((await runnerThat("1 pass\n0 fail", 1)).failed, 1);
    assert.equal((await runnerThat("1 pass\n3 fail", 1)).failed, 3);
    assert.equal((await runnerThat("nothing to do", 0)).failed, 1);
  });

  it("reports a failure even if the runner names none", async () => {
    assert.deepEqual((await runnerThat("1 pass\n0 fail", 0)).failures, []);
    assert.equal((await runnerThat("1 pass\n0 fail", 1)).failures.length, 1);
  });
});
