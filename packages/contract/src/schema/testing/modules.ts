/** For tests: compiles and loads schemas. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { fileURLToPath } from "node:url";
import type { Check } from "@rabbit-contract/messaging";
import type { TSchema } from "@sinclair/typebox";
import type { JsonObject } from "../../source.ts";
import { compileSchemas } from "../index.ts";

export interface Loaded {
  check(name: string): Check;
  typeBox(name: string): TSchema;
}

/** The compiled module, as a service would import it. */
export function moduleSource(schemas: Readonly<Record<string, JsonObject>>): string {
  const { imports, schemas: compiled } = compileSchemas({ schemas });
  return `${[imports, ...compiled.map(({ source }) => source)].join("\n\n")}\n`;
}

/** Compiles, writes and imports `schemas`. */
export async function load(schemas: Readonly<Record<string, JsonObject>>): Promise<Loaded> {
  return await withFolder(async (folder) => {
    const file = join(folder, "messages.ts");
    writeFileSync(file, moduleSource(schemas));
    const exported: Record<string, unknown> = await import(file);
    return {
      check: (name) => exported[`check${name}`] as Check,
      typeBox: (name) => exported[name] as TSchema,
    };
  });
}

/** A folder inside the package, where imports resolve, removed afterwards. */
export async function withFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const parent = fileURLToPath(new URL("../../../.local/", import.meta.url));
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "tmp-schema-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Behaviour of a keyword. */
export interface Case {
  readonly behaviour: string;
  readonly schema: JsonObject;
  readonly valid: readonly unknown[];
  /** A value, and the pointer and message of its problem. */
  readonly invalid: readonly (readonly [value: unknown, problem: string])[];
}

export function ref(name: string): JsonObject {
  return { $ref: `#/components/schemas/${name}` };
}

/** Schemas that the cases may refer to. */
const named: Readonly<Record<string, JsonObject>> = {
  Code: { type: "string", pattern: "^[A-Z]+$" },
  Line: {
    type: "object",
    required: ["code"],
    properties: { code: ref("Code"), note: { type: "string" } },
  },
  Card: {
    type: "object",
    required: ["kind", "number"],
    properties: { kind: { const: "card" }, number: { type: "string" } },
  },
  Cash: { type: "object", required: ["kind"], properties: { kind: { enum: ["cash", "coins"] } } },
};

/** One test per case. */
export async function casesHold(cases: readonly Case[]): Promise<Loaded> {
  const schemas = Object.fromEntries(cases.map(({ schema }, index) => [`Case${index}`, schema]));
  const loaded = await load({ ...named, ...schemas });
  for (const [index, { behaviour, valid, invalid }] of cases.entries()) {
    it(`enforces ${behaviour}`, () => {
      const check = loaded.check(`Case${index}`);
      for (const value of valid) assert.equal(check(value, false), undefined, JSON.stringify(value));
      for (const [value, expected] of invalid) {
        const problem = check(value, false);
        assert.equal(problem && `${problem.pointer} ${problem.message}`, expected);
      }
    });
  }
  return loaded;
}
