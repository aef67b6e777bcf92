import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { formatted } from "../generate/emit/format.ts";
import type { JsonObject } from "../source.ts";
import { compileSchemas, findUnsupported } from "./index.ts";
import { named, schemaArbitrary } from "./testing/arbitrary.ts";
import { moduleSource, withFolder } from "./testing/modules.ts";
import { typeChecks } from "./testing/type-check.ts";

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const samples: Readonly<Record<string, JsonObject>> = {
  Money: {
    type: "object",
    description: "An amount.",
    required: ["amount", "currency"],
    properties: {
      amount: { type: "integer", description: "Minor units." },
      currency: { enum: ["EUR", "USD"] },
    },
  },
  Payment: {
    oneOf: [
      {
        type: "object",
        required: ["kind", "number"],
        properties: { kind: { const: "card" }, number: { type: "string" } },
      },
      { type: "object", required: ["kind"], properties: { kind: { const: "cash" } } },
    ],
  },
  Parcel: {
    type: "object",
    required: ["total", "payment", "lines", "next"],
    properties: {
      total: ref("Money"),
      payment: ref("Payment"),
      lines: {
        type: "array",
        items: { type: "object", required: ["code"], properties: { code: { type: "string" } } },
      },
      next: { type: ["string", "null"] },
      note: { type: "string" },
      tags: { type: "array", items: { enum: ["a", "b"] } },
      labels: { type: "object", additionalProperties: { type: "integer" } },
    },
  },
  Signed: {
    allOf: [
      ref("Money"),
      { type: "object", required: ["signature"], properties: { signature: { type: "string" } } },
    ],
  },
  // JSON.parse makes an own property of it.
  Awkward: {
    type: "object",
    required: ["__proto__"],
    properties: JSON.parse(
      '{"__proto__": {"type": "string"}, "a-b": {"const": -1}, "": {}, "class": {"type": "null"}}',
    ),
    additionalProperties: true,
  },
  Empty: { type: "object" },
  Described: {
    type: "string",
    description: "Ends a comment */ early,\nand has two lines.",
    examples: [JSON.parse('{"__proto__": 1}')],
  },
};

/** Uses of the types: what must compile, and with `@ts-expect-error` what must not. */
const uses = `
import { type Awkward, checkParcel, type Empty, type Parcel, type Payment, type Signed } from "./messages.ts";

const total = { amount: 1, currency: "EUR" } as const;
export const parcel: Parcel = { total, payment: { kind: "card", number: "1" }, lines: [{ code: "a" }], next: null };
export const more: Parcel = { ...parcel, note: "a", tags: ["a"], labels: { any: 1 } };
export const signed: Signed = { ...total, signature: "s" };
export const awkward: Awkward = { ["__proto__"]: "a", "a-b": -1, "": 1, class: null, other: [] };
export const empty: Empty = {};
export const message: string | undefined = checkParcel(parcel, true)?.message;
export function pay(payment: Payment): string {
  return payment.kind === "card" ? payment.number : payment.kind;
}
// @ts-expect-error a required property is missing
export const bad1: Parcel = { total, payment: { kind: "cash" }, lines: [] };
// @ts-expect-error an optional property may be absent, not undefined
export const bad2: Parcel = { ...parcel, note: undefined };
// @ts-expect-error the number belongs to the other branch
export const bad3: Parcel = { ...parcel, payment: { kind: "card" } };
// @ts-expect-error not a value of the enum
export const bad4: Parcel = { ...parcel, total: { amount: 1, currency: "GBP" } };
// @ts-expect-error values of the map are numbers
export const bad5: Parcel = { ...parcel, labels: { any: "1" } };
// @ts-expect-error both branches of allOf count
export const bad6: Signed = { signature: "s" };
// @ts-expect-error a property that the contract does not name
export const bad7: Parcel["total"] = { ...total, cents: 1 };
`;

/** Compiles only if each type and the Static of its TypeBox schema can stand for each other. */
function agreement(names: readonly string[]): string {
  return [
    'import type { Static } from "@sinclair/typebox";',
    'import * as messages from "./messages.ts";',
    "type Agree<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;",
    ...names.map(
      (name) => `export const of${name}: Agree<messages.${name}, Static<typeof messages.${name}>> = true;`,
    ),
  ].join("\n");
}

describe("compiled schemas", () => {
  const generated = fc
    .sample(schemaArbitrary, { seed: 20260314, numRuns: 120 })
    .filter((schema) => findUnsupported({ ...named, Tested: schema }).length === 0);
  const schemas = {
    ...named,
    ...samples,
    ...Object.fromEntries(generated.map((schema, index) => [`Tested${index}`, schema])),
  };

  it("type-check under strict on this runtime's compiler, agree with Static, and refuse wrong use", async () => {
    await withFolder(async (folder) => {
      writeFileSync(join(folder, "messages.ts"), moduleSource(schemas));
      writeFileSync(join(folder, "agreement.ts"), agreement(Object.keys(schemas)));
      writeFileSync(join(folder, "uses.ts"), uses);
      typeChecks(folder);
    });
  });

  it("hold no eval, no any and no Function", () => {
    assert.doesNotMatch(moduleSource(samples), /\beval\b|\bany\b(?!:)|new Function|\bas\b(?! they)/);
  });

  it("are the same text every time, and stand after what they refer to", () => {
    assert.equal(moduleSource(schemas), moduleSource(schemas));
    const backwards = Object.fromEntries(Object.entries(samples).reverse());
    const names = compileSchemas({ schemas: backwards }).schemas.map(({ name }) => name);
    assert.deepEqual(names, ["Described", "Empty", "Awkward", "Money", "Signed", "Payment", "Parcel"]);
  });

  it("read as if written by hand", () => {
    const [money] = compileSchemas({ schemas: { Money: samples.Money ?? {} } }).schemas;
    assert.equal(
      formatted(new Map([["money.ts", money?.source ?? ""]])).get("money.ts"),
      `/** An amount. */
export interface Money {
  /** Minor units. */
  amount: number;
  currency: "EUR" | "USD";
}

export const Money = Type.Object(
  {
    amount: Type.Integer({ description: "Minor units." }),
    currency: Type.Union([Type.Literal("EUR"), Type.Literal("USD")]),
  },
  { description: "An amount." },
);

const moneyKeys = new Set<string>(["amount", "currency"]);

export function checkMoney(value: unknown, closed: boolean): Problem | undefined {
  if (!isObject(value)) return mustBe("an object", value);
  const amount = own(value, "amount");
  if (amount === undefined) return missing("/amount");
  if (typeof amount !== "number" || !Number.isInteger(amount)) return mustBe("an integer", amount, "/amount");
  const currency = own(value, "currency");
  if (currency === undefined) return missing("/currency");
  if (currency !== "EUR" && currency !== "USD") return mustBe('"EUR" or "USD"', currency, "/currency");
  return closed ? unknownKey(value, moneyKeys) : undefined;
}
`,
    );
  });
});
