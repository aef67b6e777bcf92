import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { root } from "../paths.ts";
import { bunReport, denoReport } from "./test-report.ts";

describe("the report of Bun's tests", () => {
  it("counts what the last lines say", () => {
    const output =
      "(pass) prints 7 pass\n\n 12 pass\n 1 skip\n 2 fail\n 1 errors\nRan 15 tests across 2 files.";
    assert.deepEqual(bunReport(output), { passed: 12, failed: 2, skipped: 1, failures: [] });
  });

  it("names what failed, with its file and the first line of its error", () => {
    const output = `
tests/a.test.ts:
error: logged by a test that passes

tests/b.test.ts:
..(fail) a system > settles [30.41ms]
5 | assert.equal(1, 2);
AssertionError: Expected values to be strictly equal:

1 !== 2

tests/c.test.ts:
(fail) hangs [1025.02ms]
  ^ this test timed out after 1000ms, before its done callback was called.

tests/d.test.ts:
✗ tests/d.test.ts (worker crashed: SIGKILL)

tests/b.test.ts:

# Unhandled error between tests
-------------------------------
TypeError: no such file
`;
    assert.deepEqual(bunReport(output).failures, [
      "tests/b.test.ts: a system > settles",
      "tests/b.test.ts: (between its tests)",
      "  AssertionError: Expected values to be strictly equal: 1 !== 2",
      "  TypeError: no such file",
      "tests/c.test.ts: hangs",
      "  this test timed out after 1000ms, before its done callback was called.",
      "tests/d.test.ts: worker crashed: SIGKILL",
    ]);
  });
});

describe("the report of Deno's tests", () => {
  it("counts steps, or tests where a describe failed before its first step", () => {
    const line = "FAILED | 3 passed (12 steps) | 2 failed (1 step) | 0 ignored (1 step) (36ms)";
    const counts = { passed: 12, failed: 2, skipped: 1, failures: [] };
    assert.deepEqual(denoReport(`a ... ok\n\n${line}\n`), counts);
    assert.equal(denoReport("ok | 2 passed | 0 failed (1s)").passed, 2);
  });

  it("names what failed, with its file and the first line of its error", () => {
    const output = `
./tests/a.test.ts => a system ... settles ... FAILED (1ms)

 ERRORS 

a system ... settles => ext:deno_node/testing.ts:1:21231
error: AssertionError: 3 failed
    at helper (file://${root}/tests/helper.ts:6:67)
    at NodeTestContext.<anonymous> (file://${root}/tests/a.test.ts:6:67)

hook => ./tests/b.test.ts:10:1
error: Error: broke
second line

 FAILURES 

a system ... settles => ext:deno_node/testing.ts:1:21231
hook => ./tests/b.test.ts:10:1
`;
    assert.deepEqual(denoReport(output).failures, [
      "tests/a.test.ts: a system > settles",
      "  error: AssertionError: 3 failed",
      "./tests/b.test.ts: hook",
      "  error: Error: broke",
    ]);
  });
});
