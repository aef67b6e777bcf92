import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Source } from "../source.ts";

const text = `asyncapi: 3.1.0
operations:
  fill:
    action: send
    summary: its own
    traits:
      - $ref: "#/components/operationTraits/persistent"
      - bindings: {amqp: {mandatory: true}}
      - title: of the trait
    bindings:
      amqp: {priority: 1}
components:
  operationTraits:
    persistent:
      summary: of the trait
      description: of the trait
      bindings:
        amqp:
          deliveryMode: 2
          priority: 9
  messageTraits:
    common:
      contentType: application/json
      headers: {$ref: "#/components/schemas/Common"}
  messages:
    filled:
      traits: [{$ref: "#/components/messageTraits/common"}]
      headers:
        properties: {total: {type: integer, default: null}}
      payload: {type: object}
  schemas:
    Common: {type: object, properties: {id: {type: string}}}
`;

describe("traits", () => {
  const source = new Source("a.yaml", text);

  it("of an operation are merged in their order, and what the operation says itself counts", () => {
    assert.deepEqual(source.at("/operations/fill"), {
      action: "send",
      summary: "its own",
      description: "of the trait",
      title: "of the trait",
      bindings: { amqp: { deliveryMode: 2, priority: 1, mandatory: true } },
    });
  });

  it("of a message merge its headers with those of a schema", () => {
    assert.deepEqual(source.at("/components/messages/filled"), {
      contentType: "application/json",
      headers: {
        type: "object",
        properties: { id: { type: "string" }, total: { type: "integer", default: null } },
      },
      payload: { type: "object" },
    });
    assert.deepEqual(source.at("/components/schemas/Common"), {
      type: "object",
      properties: { id: { type: "string" } },
    });
  });

  it("give each value the line that it comes from, and keep their own", () => {
    const lines = (...pointers: readonly string[]) => pointers.map((pointer) => source.place(pointer).line);
    const operation = "/operations/fill";
    assert.deepEqual(lines(operation, `${operation}/summary`, `${operation}/description`), [3, 5, 16]);
    const amqp = `${operation}/bindings/amqp`;
    assert.deepEqual(lines(`${amqp}/deliveryMode`, `${amqp}/priority`, `${amqp}/mandatory`), [19, 11, 8]);
    assert.deepEqual(
      lines("/components/operationTraits/persistent/summary", `${operation}/traits/2/title`),
      [15, 9],
    );
  });

  it("end where both sides are recursive", () => {
    const tree = (name: string) =>
      `    ${name}: {properties: {${name}: {type: string}, next: {$ref: "#/components/schemas/${name}"}}}\n`;
    const recursive = new Source(
      "a.yaml",
      `asyncapi: 3.1.0
components:
  messages:
    x: {traits: [{headers: {$ref: "#/components/schemas/A"}}], headers: {$ref: "#/components/schemas/B"}}
  schemas:
${tree("A")}${tree("B")}`,
    );
    assert.deepEqual(recursive.at("/components/messages/x/headers/properties"), {
      A: { type: "string" },
      B: { type: "string" },
      next: { $ref: "#/components/schemas/B" },
    });
  });

  it("stay in the document that is written", () => {
    assert.equal(source.text, text);
    assert.ok("operationTraits" in Object(source.written.components));
    assert.ok(!("operationTraits" in Object(source.root.components)));
  });
});
