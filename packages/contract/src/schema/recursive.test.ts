import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Ajv } from "ajv";
import type { JsonObject } from "../source.ts";
import { load, ref } from "./testing/modules.ts";

const object = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: "object",
  required,
  properties,
});
const schemas: Readonly<Record<string, JsonObject>> = {
  Tree: object({ name: { type: "string" }, children: { type: "array", items: ref("Tree") } }, ["name"]),
  List: object({ value: { type: "integer" }, next: { oneOf: [ref("List"), { type: "null" }] } }, ["value"]),
  Even: object({ odd: ref("Odd") }),
  Odd: object({ even: ref("Even"), name: { type: "string" } }, ["name"]),
  Map: { type: "object", additionalProperties: ref("Map") },
  Both: { allOf: [ref("Tree"), object({ twin: ref("Both") })] },
};

describe("a schema that contains itself", async () => {
  const loaded = await load(schemas);
  const problem = (name: string, value: unknown, closed = false) => {
    const found = loaded.check(name)(value, closed);
    return found && `${found.pointer} ${found.message}`;
  };

  it("is checked as deep as the value is", () => {
    const tree = { name: "a", children: [{ name: "b", children: [] }, { name: "c" }] };
    assert.equal(problem("Tree", tree, true), undefined);
    assert.equal(
      problem("Tree", { name: "a", children: [tree, { children: [] }] }),
      "/children/1/name is missing",
    );
    assert.equal(problem("List", { value: 1, next: { value: 2, next: null } }), undefined);
    assert.equal(
      problem("List", { value: 1, next: { value: 2, next: { value: "3" } } }),
      '/next/next/value must be an integer, got "3"',
    );
    assert.equal(problem("Even", { odd: { name: "a", even: { odd: {} } } }), "/odd/even/odd/name is missing");
    assert.equal(problem("Map", { a: { b: {} } }), undefined);
    assert.equal(problem("Map", { a: { b: 1 } }), "/a/b must be an object, got 1");
  });

  it("refuses unnamed keys of a producer at every level", () => {
    const unnamed = { name: "a", children: [{ name: "b", colour: "red" }] };
    assert.equal(problem("Tree", unnamed), undefined);
    assert.equal(problem("Tree", unnamed, true), "/children/0/colour is not named by the contract");
    const both = { name: "a", twin: { name: "b", twin: { name: "c", colour: "red" } } };
    assert.equal(problem("Both", both, true), "/twin/twin/colour is not named by the contract");
  });

  it("agrees with Ajv", () => {
    const ajv = new Ajv({ strict: false });
    for (const [name, schema] of Object.entries(schemas))
      ajv.addSchema(schema, `#/components/schemas/${name}`);
    const values: unknown[] = [
      {},
      { name: "a" },
      { value: 1 },
      [],
      null,
      { odd: {} },
      { name: "a", children: [1] },
    ];
    for (const inner of [...values]) {
      values.push(
        { name: "a", children: [inner] },
        { value: 1, next: inner },
        { odd: inner },
        { twin: inner, name: "a" },
      );
    }
    for (const name of Object.keys(schemas)) {
      const validate = ajv.getSchema(`#/components/schemas/${name}`);
      for (const value of values) {
        assert.equal(
          problem(name, value) === undefined,
          validate?.(value),
          `${name} ${JSON.stringify(value)}`,
        );
      }
    }
  });
});
