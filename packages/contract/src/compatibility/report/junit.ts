/** JUnit's XML, which build servers show as tests: one for each difference. */
import type { Comparison } from "../compare.ts";
import { findingsOf } from "./findings.ts";
import { conclusion, heading } from "./words.ts";

export function junitReport(comparison: Comparison): string {
  const findings = findingsOf(comparison);
  const errors = findings.filter(({ severity }) => severity === "error");
  const totals = `tests="${Math.max(1, findings.length)}" failures="${errors.length}" errors="0"`;
  const cases = findings.map(({ rule, severity, title, message, file, line }) => {
    const about = `${message}\n${file}:${line}`;
    return [
      `    <testcase classname="${escaped(rule)}" name="${escaped(title)}" file="${escaped(file)}" line="${line}">`,
      severity === "error"
        ? `      <failure type="${escaped(rule)}" message="${escaped(title)}">${escaped(about)}</failure>`
        : `      <system-out>${escaped(`${severity}: ${about}`)}</system-out>`,
      "    </testcase>",
    ].join("\n");
  });
  const none = `    <testcase classname="version" name="${escaped(conclusion(comparison))}"/>`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="rabbit-contract compare" ${totals}>`,
    `  <testsuite name="${escaped(heading(comparison))}" ${totals} skipped="0">`,
    ...(cases.length > 0 ? cases : [none]),
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}

/** For attributes and texts. Most control characters cannot be represented in XML. */
function escaped(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\n", "&#10;")
      .replaceAll("\r", "&#13;")
      .replaceAll("\t", "&#9;")
  );
}
