/** Sample strings that fit a schema. */
import fc from "fast-check";
import type { Format } from "../../schema/node.ts";
import type { Strings } from "./model.ts";
import { comparePatterns } from "./patterns.ts";

/** Maximum length: a counterexample must be readable. */
const longest = 10_000;

const examples: Readonly<Record<Format, readonly string[]>> = {
  uuid: ["019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01", "019A4F2E-9C44-7E02-8A17-5B7D90C2E4F2"],
  "date-time": ["2026-03-14T09:26:53Z", "2026-03-14T09:26:53.589+01:00", "2016-12-31T23:59:60Z"],
  date: ["2026-03-14", "2024-02-29"],
  email: ["ann@example.com", "a@b.co", `${"a".repeat(64)}@example.com`],
  uri: ["https://example.com/", "a:", "urn:example:a"],
  duration: ["P3D", "PT15M", "P1Y2M3DT4H5M6S"],
  hostname: ["example.com", "localhost", "a", `${"a".repeat(63)}.example.com`],
  ipv4: ["192.0.2.1", "0.0.0.0", "255.255.255.255"],
  ipv6: ["2001:db8::1", "::", "0000:0000:0000:0000:0000:ffff:192.168.100.228"],
  byte: ["YQ==", "", "YWJj"],
  binary: ["a", "", "\u00ff\u0000"],
};

/** Candidates, not all of which fit `strings`; also with the lengths of `hints`. */
export function textCandidates(strings: Strings, hints: readonly Strings[]): string[] {
  const all = [strings, ...hints];
  const lengths = all.flatMap(({ minLength, maxLength }) => [
    minLength,
    minLength - 1,
    maxLength,
    maxLength + 1,
  ]);
  const plain = [...new Set(lengths)]
    .filter((length) => length >= 0 && length <= longest)
    .sort((one, other) => one - other)
    .map((length) => "a".repeat(length));
  const formatted = [...new Set(all.flatMap(({ formats }) => formats))].flatMap((format) => examples[format]);
  const matching = [...new Set(all.flatMap(({ patterns }) => patterns))].flatMap(textsMatching);
  const outside = hints.flatMap((hint) => comparePatterns(strings, hint).outside);
  return strings.patterns.length > 0 || strings.formats.length > 0
    ? [...matching, ...formatted, ...plain, ...outside]
    : ["text", ...plain, ...formatted, ...matching, ...outside, "💡", "", " "];
}

const known = new Map<string, readonly string[]>();

/** Deterministic, short ones first; none for an unsupported pattern. */
export function textsMatching(pattern: string): readonly string[] {
  const before = known.get(pattern);
  if (before) return before;
  const texts = new Set<string>();
  try {
    const expression = new RegExp(pattern, "u");
    // Not "max": a pattern without anchors would get padding of any length.
    for (const size of ["small", "medium", "large"] as const) {
      const matching = fc.stringMatching(expression, { size });
      for (const text of fc.sample(matching, { seed: 1, numRuns: 20 })) {
        if (text.length <= longest) texts.add(text);
      }
    }
  } catch {
    // fast-check cannot generate look-arounds and back references; without samples nothing is claimed.
  }
  const sorted = [...texts].sort((one, other) => one.length - other.length);
  known.set(pattern, sorted);
  return sorted;
}
