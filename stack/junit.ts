export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Case {
  readonly name: string;
  readonly outcome: keyof TestCounts;
}

/**
 * Counts the tests of a JUnit report as Bun and Deno write it. Deno lists each `describe` as a test beside the tests
 * in it; such a one counts only when it failed by itself, as it does when its `before` threw.
 */
export function countTests(xml: string): TestCounts {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = "", , content = ""]): Case => ({
      name: attributes.match(/\bname="([^"]*)"/)?.[1] ?? "",
      outcome: /<(failure|error)\b/.test(content)
        ? "failed"
        : /<skipped\b/.test(content)
          ? "skipped"
          : "passed",
    }),
  );
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, outcome } of cases) {
    const inside = cases.filter((other) => other.name.startsWith(`${name} &gt; `));
    if (inside.length > 0 && (outcome !== "failed" || inside.some((test) => test.outcome === "failed")))
      continue;
    counts[outcome] += 1;
  }
  return counts;
}
