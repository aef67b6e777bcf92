import { dataKeywords, schemaPlace, schemasPointer } from "../model/schemas.ts";
import { compiledChecks } from "../schema/checks.ts";
import { findUnsupported } from "../schema/index.ts";
import { isObject, type JsonObject, type JsonValue, pointerOf } from "../source.ts";
import { complaint, type Rule } from "./rule.ts";

export const defaultsValidate: Rule = {
  name: "defaults-validate",
  summary: "The default and the examples of a schema fit the schema.",
  *check(contract) {
    const stated = Object.entries(contract.schemas).flatMap(([name, schema]) => [
      ...statedValues(schema, schemasPointer + pointerOf(name)),
    ]);
    // Another rule reports schemas that cannot be enforced: they do not compile.
    if (stated.length === 0 || findUnsupported(contract.schemas).length > 0) return;
    // Each schema gets a name of its own, so that it has a check.
    const names = stated.map((_, index) => `Stated${index}Value`);
    const own = Object.fromEntries(stated.map(({ schema }, index) => [names[index] ?? "", schema]));
    const check = compiledChecks({ ...contract.schemas, ...own });
    for (const [index, { value, pointer }] of stated.entries()) {
      const problem = check(names[index] ?? "", value, true);
      if (!problem) continue;
      const where = /\/example(s\/\d+)?$/.test(pointer) ? "the example" : "the default";
      const message = `${where} does not fit its schema: ${`${problem.pointer} ${problem.message}`.trim()}`;
      yield complaint(schemaPlace(contract, pointer), message, "change it, or the schema");
    }
  },
};

interface Stated {
  readonly schema: JsonObject;
  readonly value: JsonValue;
  /** Of the value. */
  readonly pointer: string;
}

function* statedValues(schema: JsonValue, pointer: string): Generator<Stated> {
  if (Array.isArray(schema)) {
    for (const [index, part] of schema.entries()) yield* statedValues(part, `${pointer}/${index}`);
  }
  if (!isObject(schema)) return;
  if (schema.default !== undefined) yield { schema, value: schema.default, pointer: `${pointer}/default` };
  if (schema.example !== undefined) yield { schema, value: schema.example, pointer: `${pointer}/example` };
  for (const [index, value] of (Array.isArray(schema.examples) ? schema.examples : []).entries()) {
    yield { schema, value, pointer: `${pointer}/examples/${index}` };
  }
  for (const [keyword, value] of Object.entries(schema)) {
    if (dataKeywords.has(keyword)) continue;
    const here = pointer + pointerOf(keyword);
    if (keyword !== "properties" || !isObject(value)) yield* statedValues(value, here);
    else for (const [name, part] of Object.entries(value)) yield* statedValues(part, here + pointerOf(name));
  }
}
