import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { countTests } from "./junit.ts";

const passed = (name: string) => `<testcase name="${name}" classname="a.test.ts" line="1">\n</testcase>`;
const failed = (name: string) =>
  `<testcase name="${name}"><failure message="no">1 &lt; 2</failure></testcase>`;
const skipped = (name: string) => `<testcase name="${name}" time="0"><skipped /></testcase>`;
const report = (...cases: string[]) =>
  `<testsuites><testsuite name="s">${cases.join("\n")}</testsuite></testsuites>`;

describe("counting the tests of a JUnit report", () => {
  it("counts tests as Bun reports them", () => {
    const xml = report('<testcase name="one" assertions="0" />', failed("two"), skipped("three"));
    assert.deepEqual(countTests(xml), { passed: 1, failed: 1, skipped: 1 });
  });

  it("leaves out the groups that Deno lists beside their tests", () => {
    const xml = report(failed("group"), passed("group &gt; one"), failed("group &gt; two"), passed("alone"));
    assert.deepEqual(countTests(xml), { passed: 2, failed: 1, skipped: 0 });
  });

  it("counts a group that failed although all its tests passed", () => {
    const xml = report(failed("group"), passed("group &gt; one"));
    assert.deepEqual(countTests(xml), { passed: 1, failed: 1, skipped: 0 });
  });

  it("counts nothing in a report without tests", () => {
    assert.deepEqual(countTests("<testsuites></testsuites>"), { passed: 0, failed: 0, skipped: 0 });
  });
});
