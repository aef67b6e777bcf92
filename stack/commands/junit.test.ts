import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readReport } from "./junit.ts";

const passed = (name: string) => `<testcase name="${name}" classname="a.test.ts" line="1">\n</testcase>`;
const failed = (name: string) =>
  `<testcase name="${name}"><failure message="no">1 &lt; 2</failure></testcase>`;
const skipped = (name: string) => `<testcase name="${name}" time="0"><skipped /></testcase>`;
const counts = (xml: string) => {
  const { failures, ...rest } = readReport(xml);
  assert.equal(failures.length, rest.failed);
  return rest;
};
const report = (...cases: string[]) =>
  `<testsuites><testsuite name="s">${cases.join("\n")}</testsuite></testsuites>`;

describe("counting the tests of a JUnit report", () => {
  it("counts tests as Bun reports them", () => {
    const xml = report('<testcase name="one" assertions="0" />', failed("two"), skipped("three"));
    assert.deepEqual(counts(xml), { passed: 1, failed: 1, skipped: 1 });
  });

  it("leaves out the groups that Deno lists beside their tests", () => {
    const xml = report(failed("group"), passed("group &gt; one"), failed("group &gt; two"), passed("alone"));
    assert.deepEqual(counts(xml), { passed: 2, failed: 1, skipped: 0 });
  });

  it("counts a group that failed although all its tests passed", () => {
    const xml = report(failed("group"), passed("group &gt; one"));
    assert.deepEqual(counts(xml), { passed: 1, failed: 1, skipped: 0 });
  });

  it("names those that failed, and why as far as the report says so", () => {
    const why =
      '<testcase name="a &gt; b" file="a.test.ts"><failure message="&quot;1&quot; &amp;lt; 2&#10;more">x</failure></testcase>';
    assert.deepEqual(
      readReport(report(passed("a &gt; c"), why, '<testcase name="d"><error/></testcase>')).failures,
      ['a.test.ts: a > b: "1" &lt; 2\n    more', "d"],
    );
  });

  it("counts nothing in a report without tests", () => {
    assert.deepEqual(counts("<testsuites></testsuites>"), { passed: 0, failed: 0, skipped: 0 });
  });
});
