export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface TestReport extends TestCounts {
  /** Of each test that failed its file, as far as it is known, its name, and the first lines of why. */
  readonly failures: readonly string[];
}

interface Case {
  readonly file: string;
  readonly name: string;
  readonly outcome: keyof TestCounts;
  readonly reason: string;
}

/**
 * Reads a JUnit report as Bun and Deno write it. Deno lists each `describe` as a test beside the tests in it; such a
 * one counts only when it failed by itself, as it does when its `before` threw.
 */
export function readReport(xml: string): TestReport {
  const cases = [...xml.matchAll(/<testcase\b([^>]*?)(\/>|>([\s\S]*?)<\/testcase>)/g)].map(
    ([, attributes = "", , content = ""]): Case => ({
      file: attribute(attributes, "file"),
      name: attribute(attributes, "name"),
      outcome: /<(failure|error)\b/.test(content)
        ? "failed"
        : /<skipped\b/.test(content)
          ? "skipped"
          : "passed",
      reason: attribute(/<(?:failure|error)\b([^>]*)/.exec(content)?.[1] ?? "", "message"),
    }),
  );
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const failures: string[] = [];
  for (const { file, name, outcome, reason } of cases) {
    const inside = cases.filter((other) => other.name.startsWith(`${name} &gt; `));
    if (inside.length > 0 && (outcome !== "failed" || inside.some((test) => test.outcome === "failed")))
      continue;
    counts[outcome] += 1;
    if (outcome === "failed") failures.push(unescaped([file, name, reason].filter(Boolean).join(": ")));
  }
  return { ...counts, failures };
}

function attribute(attributes: string, name: string): string {
  return attributes.match(new RegExp(`\\b${name}="([^"]*)"`))?.[1] ?? "";
}

const entities: Readonly<Record<string, string>> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  "#10": "\n",
};
/** Lines of a message that are enough to know what went wrong. */
const shownLines = 8;

function unescaped(text: string): string {
  const plain = text.replaceAll(/&(lt|gt|quot|apos|#10|amp);/g, (_, name) => entities[name] ?? "");
  const lines = plain.split("\n").filter((line) => line.trim() !== "");
  return lines.slice(0, shownLines).join("\n    ");
}
