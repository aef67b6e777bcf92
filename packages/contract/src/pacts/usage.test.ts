import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { compare, compareDocuments } from "../compatibility/compare.ts";
import type { Usage } from "../compatibility/difference.ts";
import { type ReportFormat, report } from "../compatibility/report/index.ts";
import { readModel } from "../read-contract.ts";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { type JsonValue, Source } from "../source.ts";
import { readInteractions } from "./interactions.ts";
import { withUsage } from "./usage.ts";

const filled = "/components/schemas/BasketFilled";
const lines = {
  type: "array",
  maxItems: 9,
  items: { type: "object", properties: { code: { type: "string" }, "unit.price": { type: "integer" } } },
};
/** With a list and a field whose name has a dot. */
const base = fixture({ [`${filled}/properties/lines`]: lines });
/** The shop gets its own baskets too. */
const sharedPatch: Patch = {
  "/channels/shopPayments/messages/basketFilled": { $ref: "#/components/messages/basketFilled" },
  "/operations/receiveShopPayments/messages/1": { $ref: "#/channels/shopPayments/messages/basketFilled" },
};

/** A pact's file, in the format of Pact's specification 4. */
function pact(consumer: string, content: JsonValue, { type = "basket.filled", version = 1 } = {}): string {
  return JSON.stringify({
    consumer: { name: consumer },
    provider: { name: "shop" },
    interactions: [
      { type: "Synchronous/HTTP", description: "asks for a basket", request: {}, response: {} },
      {
        type: "Asynchronous/Messages",
        description: type,
        contents: { content, contentType: "application/json", encoded: false },
        metadata: { type, "headers.schema-version": version },
      },
    ],
    metadata: { pactSpecification: { version: "4.0" } },
  });
}

describe("the usage of a field that differs", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "usage-test-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  function compared(patch: Patch, pacts: readonly string[], old = base) {
    const pactFolder = mkdtempSync(join(folder, "pacts-"));
    for (const [index, text] of pacts.entries()) writeFileSync(join(pactFolder, `${index}.json`), text);
    const contract = fixture({ [`${filled}/properties/lines`]: lines, ...patch });
    const comparison = compare({ base: old, contract, releases: [] });
    return withUsage(comparison, readInteractions(pactFolder), [old, contract]);
  }

  const withoutNote: Patch = { [`${filled}/properties/note`]: undefined };
  const withoutCode: Patch = { [`${filled}/properties/lines/items/properties/code`]: undefined };
  const cases: readonly (readonly [what: string, patch: Patch, pacts: readonly string[], usage: Usage])[] = [
    [
      "names its readers",
      withoutNote,
      [pact("till", { basketId: "1", note: "Please wrap." })],
      { readBy: [{ consumer: "till", fields: ["note"] }], notReadBy: [], notAsked: [] },
    ],
    [
      "names who was asked if no consumer reads it",
      withoutNote,
      [pact("till", { basketId: "1" })],
      { readBy: [], notReadBy: ["till"], notAsked: [] },
    ],
    [
      "counts a consumer that reads no field at all as asked",
      withoutNote,
      [pact("till", {})],
      { readBy: [], notReadBy: ["till"], notAsked: [] },
    ],
    [
      "names the consumers that have no pact for the message",
      withoutNote,
      [pact("till", { basketId: "1" }, { type: "basket.emptied" })],
      { readBy: [], notReadBy: [], notAsked: ["till"] },
    ],
    [
      "asks consumers that only pacts name",
      withoutNote,
      [pact("till", { basketId: "1" }), pact("warehouse", { note: "Please wrap." })],
      { readBy: [{ consumer: "warehouse", fields: ["note"] }], notReadBy: ["till"], notAsked: [] },
    ],
    [
      "ignores pacts for another version of the message",
      withoutNote,
      [pact("till", { note: "Please wrap." }, { version: 2 })],
      { readBy: [], notReadBy: [], notAsked: ["till"] },
    ],
    [
      "finds fields of the items of a list",
      withoutCode,
      [pact("till", { lines: [{ code: "A" }, { code: "B" }] })],
      { readBy: [{ consumer: "till", fields: ["lines[].code"] }], notReadBy: [], notAsked: [] },
    ],
    [
      "names what is read inside of a removed list",
      { [`${filled}/properties/lines`]: undefined },
      [pact("till", { lines: [{ code: "A" }] })],
      { readBy: [{ consumer: "till", fields: ["lines[].code"] }], notReadBy: [], notAsked: [] },
    ],
    [
      "finds fields whose names have a dot",
      { [`${filled}/properties/lines/items/properties/unit.price`]: undefined },
      [pact("till", { lines: [{ "unit.price": 1 }] })],
      { readBy: [{ consumer: "till", fields: ["lines[].unit.price"] }], notReadBy: [], notAsked: [] },
    ],
    [
      "is told of a changed field too",
      { [`${filled}/properties/items/maximum`]: 10 },
      [pact("till", { items: 1 })],
      { readBy: [{ consumer: "till", fields: ["items"] }], notReadBy: [], notAsked: [] },
    ],
    [
      "tells consumers of one message apart",
      { ...sharedPatch, ...withoutNote },
      [pact("till", { note: "Please wrap." })],
      { readBy: [{ consumer: "till", fields: ["note"] }], notReadBy: [], notAsked: ["shop"] },
    ],
  ];

  for (const [what, patch, pacts, usage] of cases) {
    it(what, () => {
      const found = compared(patch, pacts).differences.filter(
        ({ field }) => field?.message === "basket.filled",
      );
      assert.deepEqual(
        found.map((difference) => difference.usage),
        [usage],
      );
    });
  }

  it("names all that is read of a removed message", () => {
    const { differences } = compared(
      {
        "/operations/sendBasketFilled": undefined,
        "/channels/basketFilled": undefined,
        "/channels/tillBaskets/messages/basketFilled": undefined,
        "/channels/tillBasketsDead/messages/basketFilled": undefined,
        "/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys": ["basket.emptied"],
        "/operations/receiveTillBaskets/messages/0": undefined,
        "/components/messages/basketFilled": undefined,
      },
      [pact("till", { basketId: "1", items: 1 })],
    );
    const removed = differences.find(({ rule }) => rule === "message-removed");
    assert.deepEqual(removed?.usage?.readBy, [{ consumer: "till", fields: ["basketId", "items"] }]);
  });

  it("is told of any document's messages, by what pacts call them", () => {
    const document = (properties: object, required: readonly string[]) =>
      new Source(
        "parcels.yaml",
        JSON.stringify({
          asyncapi: "3.0.0",
          info: { title: "Parcels", version: "1.0.0" },
          servers: { kafka: { host: "kafka.example.com", protocol: "kafka" } },
          channels: {
            parcels: { messages: { parcelSent: { payload: { type: "object", required, properties } } } },
          },
          operations: { send: { action: "send", channel: { $ref: "#/channels/parcels" } } },
        }),
      );
    const [id, weight] = [{ type: "string" }, { type: "integer" }];
    const [old, now] = [document({ id, weight }, ["id", "weight"]), document({ id }, ["id"])];
    const pactFolder = mkdtempSync(join(folder, "pacts-"));
    writeFileSync(join(pactFolder, "billing.json"), pact("billing", { weight: 3 }, { type: "parcelSent" }));
    const contracts = [old, now].map((source) => readModel(source).contract);
    const { differences } = withUsage(
      compareDocuments(old, now, []),
      readInteractions(pactFolder),
      contracts,
    );
    assert.deepEqual(
      differences.map(({ field, usage }) => [field?.path, usage?.readBy]),
      [["/weight", [{ consumer: "billing", fields: ["weight"] }]]],
    );
  });

  it("does not change what the comparison says of the version", () => {
    const { verdict, differences } = compared({ [`${filled}/properties/items/maximum`]: 10 }, [
      pact("till", {}),
    ]);
    assert.equal(verdict.needed, "major");
    assert.equal(differences[0]?.judgement, "breaking");
  });

  it("is in each report, escaped", () => {
    const comparison = compared(withoutNote, [pact("till", { note: "x" }), pact("a<b>", { basketId: "1" })]);
    const expected: readonly (readonly [ReportFormat, RegExp])[] = [
      ["text", /\n {2}read by: till \(note\); asked: till and a<b>\n/],
      ["markdown", /\nRead by till \(note\); asked: till and a&lt;b&gt;\.\n/],
      ["github", /%0ARead by till \(note\); asked: till and a<b>\./],
      ["junit", /Read by till \(note\); asked: till and a&lt;b&gt;\./],
      ["sarif", /Read by till \(note\); asked: till and a<b>\./],
      ["json", /"notReadBy": \[\n\s+"a<b>"/],
    ];
    for (const [format, pattern] of expected) assert.match(report(comparison, format), pattern, format);
    assert.match(
      report(compared(withoutNote, [pact("till", { basketId: "1" })]), "text"),
      /read by: no consumer; asked: till\n/,
    );
    assert.match(
      report(compared(withoutNote, [pact("till", {}, { type: "basket.emptied" })]), "text"),
      /read by: unknown consumers: no pact is about this message; without a pact: till\n/,
    );
  });

  it("is not told of headers, of which pacts name only some", () => {
    const old = fixture({ "/components/schemas/Headers/properties/shop": { type: "string" } });
    const { differences } = compared({}, [pact("till", { basketId: "1" })], old);
    assert.ok(differences.length > 0);
    assert.deepEqual(
      differences.filter(({ usage }) => usage),
      [],
    );
  });
});
