import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseDocument } from "yaml";
import { fixtureText } from "../rules/testing/fixture.ts";
import { type JsonValue, Source, segmentsOf } from "../source.ts";
import { compareDocuments } from "./compare.ts";
import { report, reportFormats } from "./report/index.ts";

/** As many public documents are: of one application, over Kafka, everything inline, no version of semver. */
const kafka = `
asyncapi: 3.0.0
info: { title: Streetlights, version: "2026-11" }
servers:
  scram: { host: "kafka.example.com:18092", protocol: kafka-secure }
channels:
  lightingMeasured:
    address: smartylighting.streetlights.1.0.event.{streetlightId}.lighting.measured
    parameters:
      streetlightId: { description: The ID of the streetlight. }
    bindings: { kafka: { partitions: 12 } }
    messages:
      lightMeasured:
        contentType: application/json
        headers: { type: object, properties: { my-app-header: { type: integer, minimum: 0, maximum: 100 } } }
        payload:
          properties:
            lumens: { type: integer, minimum: 0, description: Light intensity. }
            sentAt: { type: string, format: date-time }
  turnOn:
    address: turn.on
    messages:
      turnOnOff: { $ref: "#/components/messages/turnOnOff" }
operations:
  receiveLightMeasurement: { action: receive, channel: { $ref: "#/channels/lightingMeasured" } }
  turnOn: { action: send, channel: { $ref: "#/channels/turnOn" } }
components:
  messages:
    turnOnOff:
      payload:
        type: object
        required: [command]
        properties: { command: { type: string, enum: [on, off] }, tree: { $ref: "#/components/schemas/Tree" } }
        patternProperties: { "^x-": true }
  schemas:
    Tree: { type: object, properties: { nodes: { type: array, items: { $ref: "#/components/schemas/Tree" } } } }
`;

type Patch = Readonly<Record<string, JsonValue | undefined>>;

function changed(text: string, patch: Patch): Source {
  const document = parseDocument(text);
  for (const [pointer, value] of Object.entries(patch)) {
    if (value === undefined) document.deleteIn(segmentsOf(pointer));
    else document.setIn(segmentsOf(pointer), document.createNode(value));
  }
  return new Source("new.yaml", document.toString());
}

const measured = "/channels/lightingMeasured";
const payload = `${measured}/messages/lightMeasured/payload`;

/** `breaking|unknown|minor|patch rule subject`. */
const cases: readonly (readonly [name: string, patch: Patch, expected: readonly string[]])[] = [
  ["nothing", {}, []],
  [
    "a text of a field",
    { [`${payload}/properties/lumens/description`]: "Bright." },
    ["patch documentation document"],
  ],
  [
    "a text of a parameter",
    { [`${measured}/parameters/streetlightId/description`]: "Which." },
    ["patch documentation document"],
  ],
  [
    "an optional field added",
    { [`${payload}/properties/colour`]: { type: "string" } },
    ["minor payload-field-added message lightMeasured"],
  ],
  [
    "a field required",
    { [`${payload}/required`]: ["lumens"] },
    ["breaking payload-refused-by-new-consumers message lightMeasured"],
  ],
  [
    "a type",
    { [`${payload}/properties/lumens/type`]: "number" },
    ["breaking payload-refused-by-old-consumers message lightMeasured"],
  ],
  [
    "a header narrowed",
    { [`${measured}/messages/lightMeasured/headers/properties/my-app-header/maximum`]: 50 },
    ["breaking headers-refused-by-new-consumers message lightMeasured"],
  ],
  ["a binding", { [`${measured}/bindings/kafka/partitions`]: 3 }, ["unknown unknown-change document"]],
  [
    "a content type",
    { [`${measured}/messages/lightMeasured/contentType`]: "application/cbor" },
    ["unknown unknown-change document"],
  ],
  [
    "an address",
    { "/channels/turnOn/address": "turn.off" },
    ["breaking channel-address-changed channel turnOn"],
  ],
  ["a channel added", { "/channels/dim": { address: "dim" } }, ["minor channel-added channel dim"]],
  [
    "a channel removed",
    { "/channels/turnOn": undefined, "/operations/turnOn": undefined },
    ["breaking channel-removed channel turnOn", "breaking operation-changed operation turnOn"],
  ],
  [
    "the key of a channel",
    {
      "/channels/turnOn": undefined,
      "/channels/switchOn": {
        address: "turn.on",
        messages: { turnOnOff: { $ref: "#/components/messages/turnOnOff" } },
      },
      "/operations/turnOn/channel/$ref": "#/channels/switchOn",
    },
    ["patch channel-key-renamed channel switchOn"],
  ],
  ["an action", { "/operations/turnOn/action": "receive" }, ["breaking operation-changed operation turnOn"]],
  [
    "a message added to a channel",
    { "/channels/turnOn/messages/dim": { payload: { type: "object" } } },
    ["minor message-added message dim", "unknown message-added-to-channel channel turnOn"],
  ],
  [
    "a message removed from a channel",
    { "/channels/turnOn/messages": {} },
    ["breaking message-removed-from-channel channel turnOn"],
  ],
  [
    "keywords that are not understood",
    { "/components/messages/turnOnOff/payload/patternProperties": { "^y-": true } },
    [
      "unknown payload-refused-by-new-consumers message turnOnOff",
      "unknown payload-refused-by-old-consumers message turnOnOff",
    ],
  ],
  [
    "the protocol",
    { "/servers/scram/protocol": "mqtt" },
    ["breaking protocol-removed servers", "minor server-changed server scram"],
  ],
];

describe("documents of any protocol are compared", () => {
  const base = new Source("old.yaml", kafka);
  for (const [name, patch, expected] of cases) {
    it(`is classified: ${name}`, () => {
      const { scope, notes, differences, verdict } = compareDocuments(base, changed(kafka, patch), []);
      assert.equal(scope, "document");
      assert.match(notes[0] ?? "", /its protocol is kafka-secure/);
      const found = differences.map(
        ({ judgement, level, rule, subject }) =>
          `${judgement === "compatible" ? level : judgement} ${rule} ${subject}`,
      );
      assert.deepEqual(found.sort(), [...expected].sort(), JSON.stringify(differences, undefined, 2));
      assert.equal(verdict.allowed, !expected.some((one) => /^(breaking|unknown)/.test(one)));
    });
  }

  it("takes each operation by itself where several receive from one channel", () => {
    const operation = (message: string) => ({
      action: "receive",
      channel: { $ref: `#${measured}` },
      messages: [{ $ref: `#${measured}/messages/${message}` }],
    });
    const receiving = (second: string) =>
      changed(kafka, {
        [`${measured}/messages/dimmed`]: { payload: { type: "object" } },
        "/operations/receiveLightMeasurement": operation("lightMeasured"),
        "/operations/receiveDimmed": operation(second),
      });
    const { differences } = compareDocuments(receiving("dimmed"), receiving("lightMeasured"), []);
    assert.deepEqual(
      differences.map(({ subject, change }) => `${subject}: ${change}`),
      ["operation receiveDimmed: it is no longer about dimmed"],
    );
  });

  it("says that bindings are only the same or not, and why", () => {
    const text = report(compareDocuments(base, changed(kafka, {}), []), "text");
    assert.match(
      text,
      /\(2026-11\), as documents: bindings are only the same or not, as its protocol is kafka/,
    );
  });
});

describe("an AMQP document that lacks what a contract needs", () => {
  it("is compared as a document, and what it lacks is named", () => {
    const broken = { "/operations/sendBasketPaid/x-rabbitmq": undefined };
    const [base, document] = [new Source("old.yaml", fixtureText()), changed(fixtureText(), broken)];
    const { scope, notes } = compareDocuments(base, document, []);
    assert.equal(scope, "document");
    assert.match(notes[0] ?? "", /^new.yaml:\d+ /);
  });

  it("judges payloads in both directions in a document of one application, which omits the other side", () => {
    const one = (more: JsonValue) =>
      new Source(
        "one.yaml",
        JSON.stringify({
          asyncapi: "3.0.0",
          info: { title: "Till", version: "1.0.0" },
          channels: {
            paid: {
              address: "basket.paid",
              messages: { paid: { payload: { type: "object", properties: { basket: more } } } },
              bindings: {
                amqp: {
                  is: "routingKey",
                  exchange: { name: "till", type: "direct", durable: true, autoDelete: false },
                },
              },
            },
          },
          operations: { sendPaid: { action: "send", channel: { $ref: "#/channels/paid" } } },
        }),
      );
    const { scope, differences } = compareDocuments(one({ type: "string" }), one({ type: "integer" }), []);
    assert.equal(scope, "contract");
    assert.deepEqual(differences.map(({ rule }) => rule).sort(), [
      "payload-refused-by-new-consumers",
      "payload-refused-by-old-consumers",
    ]);
  });
});

/** YAML that is hardly AsyncAPI. */
const strange = [
  "asyncapi: 3.0.0",
  "a: 1",
  "asyncapi: 3.0.0\nchannels: []",
  "asyncapi: 3.0.0\nchannels: {a: null, b: [1], c: {messages: {m: null, n: {payload: true}, o: {payload: 5}}}}",
  "asyncapi: 3.0.0\ninfo: 5\nservers: {a: x, b: {protocol: 7}}\noperations: {o: null, p: {action: 4, channel: x}}",
  'asyncapi: 3.0.0\ncomponents: {schemas: {A: {oneOf: [{$ref: "#/components/schemas/A"}, {properties: {k: {$ref: "#/components/schemas/A"}}}]}}, messages: {m: {payload: {$ref: "#/components/schemas/A"}, headers: {allOf: [{$ref: "#/components/schemas/A"}, {type: object}]}}}}',
  'asyncapi: 3.0.0\ncomponents: {schemas: {A: {allOf: [{$ref: "#/components/schemas/A"}]}, D: {allOf: [{type: array, items: {$ref: "#/components/schemas/D"}}, {type: array, uniqueItems: true}]}}, messages: {m: {payload: {$ref: "#/components/schemas/D"}}, n: {payload: {$ref: "#/components/schemas/A"}}}}',
  "asyncapi: 3.0.0\nx-rabbitmq: 4\nchannels: {c: {x-rabbitmq: {bindings: 3}, bindings: {amqp: {is: queue, queue: 4}}}}",
  "asyncapi: 3.0.0\nchannels: {__proto__: {address: constructor, messages: {toString: {payload: {properties: {__proto__: {type: string}, constructor: {type: integer}}, required: [toString]}}}}}",
];

describe("a document of any form", () => {
  it("is compared with itself and with any other, and never gives an error", { timeout: 60_000 }, () => {
    const sources = strange.map((text) => new Source("strange.yaml", text));
    for (const [index, source] of sources.entries()) {
      assert.deepEqual(compareDocuments(source, source, []).differences, [], source.text);
      for (const format of reportFormats) {
        report(compareDocuments(source, sources[(index + 1) % sources.length] ?? source, []), format);
      }
    }
  });
});
