import type { Contract } from "../contract.ts";
import { schemaPlace, schemasOf } from "../model/schemas.ts";
import { compiledChecks } from "../schema/checks.ts";
import { findUnsupported } from "../schema/index.ts";
import { type JsonObject, type JsonValue, list } from "../source.ts";
import { complaint, type Rule } from "./rule.ts";

export const defaultsValidate: Rule = {
  name: "defaults-validate",
  summary: "The default and the examples of a schema fit the schema.",
  *check(contract) {
    const stated = [...statedValues(contract)];
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

function* statedValues(contract: Contract): Generator<Stated> {
  for (const [schema, pointer] of schemasOf(contract)) {
    for (const keyword of ["default", "example"]) {
      const value = schema[keyword];
      if (value !== undefined) yield { schema, value, pointer: `${pointer}/${keyword}` };
    }
    for (const [index, value] of list(schema.examples).entries())
      yield { schema, value, pointer: `${pointer}/examples/${index}` };
  }
}
