import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonObject } from "../source.ts";
import { load } from "./testing/modules.ts";

const ref = (name: string): JsonObject => ({ $ref: `#/components/schemas/${name}` });
const object = (properties: JsonObject, required: string[] = []): JsonObject => ({
  type: "object",
  required,
  properties,
});
const text: JsonObject = { type: "string" };

describe("a closed check", async () => {
  const { check } = await load({
    Leaf: object({ a: text }),
    Nested: object({
      leaf: ref("Leaf"),
      leaves: { type: "array", items: ref("Leaf") },
      inline: object({ b: text }),
    }),
    Tagged: {
      oneOf: [
        object({ kind: { const: "one" }, leaf: ref("Leaf") }, ["kind"]),
        object({ kind: { const: "two" }, b: text }, ["kind"]),
      ],
    },
    Nullable: object({ leaf: { oneOf: [{ type: "null" }, ref("Leaf")] } }),
    Any: { anyOf: [object({ a: text }, ["a"]), object({ b: text }, ["b"])] },
    All: { allOf: [ref("Leaf"), object({ b: text, leaf: ref("Leaf") })] },
    AllOfAll: { allOf: [ref("All"), object({ c: text })] },
    Map: { type: "object", additionalProperties: ref("Leaf") },
    Free: object({ free: { type: "object", additionalProperties: true }, any: {} }),
    Empty: { type: "object" },
    AllFree: { allOf: [ref("Leaf"), { type: "object", additionalProperties: true }] },
  });

  function refuses(name: string, value: unknown, pointer: string): void {
    assert.equal(check(name)(value, false), undefined, "is valid when open");
    assert.deepEqual(check(name)(value, true), { pointer, message: "is not named by the contract" });
  }
  function accepts(name: string, value: unknown): void {
    assert.equal(check(name)(value, true), undefined);
  }

  it("refuses keys that the schema does not name, at every level", () => {
    accepts("Nested", { leaf: { a: "" }, leaves: [{ a: "" }, {}], inline: { b: "" } });
    refuses("Nested", { leaf: {}, x: 1 }, "/x");
    refuses("Nested", { leaf: { x: 1 } }, "/leaf/x");
    refuses("Nested", { leaves: [{}, { x: 1 }] }, "/leaves/1/x");
    refuses("Nested", { inline: { "x/y": 1 } }, "/inline/x~1y");
    refuses("Nested", { inline: JSON.parse('{"__proto__": 1}') }, "/inline/__proto__");
    refuses("Nested", { inline: { constructor: 1 } }, "/inline/constructor");
    refuses("Nullable", { leaf: { x: 1 } }, "/leaf/x");
    refuses("Empty", { x: 1 }, "/x");
  });

  it("ignores keys that JSON drops or that are inherited", () => {
    accepts("Leaf", { x: undefined });
    accepts("Leaf", Object.create({ x: 1 }));
    accepts("Leaf", Object.defineProperty({}, "x", { value: 1, enumerable: false }));
    accepts("Leaf", { [Symbol("x")]: 1 });
  });

  it("allows the keys of the branch that fits", () => {
    accepts("Tagged", { kind: "one", leaf: { a: "" } });
    accepts("Tagged", { kind: "two", b: "" });
    refuses("Tagged", { kind: "one", b: "" }, "/b");
    refuses("Tagged", { kind: "one", leaf: { x: 1 } }, "/leaf/x");
    accepts("Any", { a: "" });
    assert.match(
      check("Any")({ a: "", x: 1 }, true)?.message ?? "",
      /^fits none of its alternatives: \/x is not named/,
    );
  });

  it("allows the keys of all branches of allOf together, and no more, also inside them", () => {
    accepts("All", { a: "", b: "", leaf: { a: "" } });
    refuses("All", { a: "", x: 1 }, "/x");
    refuses("All", { leaf: { b: "" } }, "/leaf/b");
    accepts("AllOfAll", { a: "", b: "", c: "" });
    refuses("AllOfAll", { c: "", x: "" }, "/x");
  });

  it("leaves open what the contract says is open", () => {
    accepts("Map", { x: { a: "" } });
    refuses("Map", { x: { x: 1 } }, "/x/x");
    accepts("Free", { free: { x: 1 }, any: { x: { y: 1 } } });
    accepts("AllFree", { a: "", x: 1 });
  });
});
