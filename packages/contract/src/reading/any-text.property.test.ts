/** Whatever a file holds, there is a contract or there are findings: never another error. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse, parseDocument, stringify } from "yaml";
import { compareDocuments } from "../compatibility/compare.ts";
import { ContractError } from "../finding.ts";
import { readContract } from "../read-contract.ts";
import { lint } from "../rules/index.ts";
import { Source } from "../source.ts";
import { decodedText } from "./files.ts";
import { mergeTexts, scalarTexts, withOtherCharacters, withOtherValues } from "./testing/random-text.ts";
import { readYaml } from "./yaml.ts";

const rounds = Number(process.env.FUZZ_ROUNDS || 1);
const timeout = 60_000 * rounds;
const golden = fileURLToPath(new URL("../../golden/", import.meta.url));

const documents = readdirSync(golden, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith("asyncapi.yaml"))
  .sort()
  .map((path) => readFileSync(golden + path, "utf8"));
/** Those that are YAML, and JSON values. */
const valid = documents.filter((text) => parseDocument(text).errors.length === 0 && !text.includes(".inf"));

async function holds(text: string): Promise<void> {
  try {
    const source = new Source("a.yaml", text);
    compareDocuments(source, source, []);
    lint(await readContract("a.yaml", { text }));
  } catch (error) {
    assert.ok(
      error instanceof ContractError,
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    for (const { file, line, message } of error.findings) {
      assert.ok(line >= 1 && file !== "" && message !== "", error.message);
    }
  }
}

describe("a document of any text", () => {
  it("with other values than a valid one has findings, or is a contract", { timeout }, async () => {
    const text = fc.constantFrom(...valid).chain(withOtherValues);
    await fc.assert(fc.asyncProperty(text, holds), { numRuns: 25 * rounds });
  });

  it("with other characters than a valid one has findings, or is a contract", { timeout }, async () => {
    const text = fc.constantFrom(...documents).chain(withOtherCharacters);
    await fc.assert(fc.asyncProperty(text, holds), { numRuns: 15 * rounds });
  });

  it("has findings where it is random bytes", { timeout }, async () => {
    const bytes = fc.uint8Array({ maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(bytes, async (random) => {
        const text = decodedText(random);
        if (typeof text === "string") await holds(text);
      }),
      { numRuns: 40 * rounds },
    );
  });

  it("has the values that another reader of YAML finds in it", { timeout }, () => {
    const values = fc.dictionary(fc.string({ maxLength: 6 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 6 });
    const written = fc
      .tuple(
        values,
        fc.constantFrom("block", "flow"),
        fc.constantFrom("PLAIN", "QUOTE_DOUBLE", "QUOTE_SINGLE"),
      )
      .map(([value, collectionStyle, defaultStringType]) =>
        stringify(value, { collectionStyle, defaultStringType, lineWidth: 20 } as const),
      );
    const changed = fc.constantFrom(...valid).chain(withOtherCharacters);
    fc.assert(
      fc.property(fc.oneof(written, scalarTexts, mergeTexts, changed), (text) => {
        // A carriage return alone ends a line in YAML, but not for the other reader.
        fc.pre(!/\r(?!\n)/.test(text));
        const { value, findings } = readYaml("a.yaml", text, new WeakMap());
        if (findings.length === 0) assert.deepEqual(value, parse(text, { merge: true }));
      }),
      { numRuns: 100 * rounds },
    );
  });
});
