import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { readInteractions } from "../pacts/interactions.ts";
import { fixture } from "../rules/testing/fixture.ts";
import { withRequest } from "../rules/testing/routing.ts";
import { pactBadge, pactStatus } from "./pact-status.ts";

/** The shop hears of its own baskets too. */
const contract = fixture({
  "/channels/shopPayments/messages/basketFilled": { $ref: "#/components/messages/basketFilled" },
  "/operations/receiveShopPayments/messages/1": { $ref: "#/channels/shopPayments/messages/basketFilled" },
});

const interaction = (type: string, content: unknown) => ({
  type: "Asynchronous/Messages",
  description: "something that happened",
  providerStates: [{ name: "a basket with an item" }],
  contents: { content, contentType: "application/json", encoded: false },
  metadata: { type, routingKey: type },
});

const pact = (consumer: string, ...interactions: readonly unknown[]) =>
  JSON.stringify({ consumer: { name: consumer }, provider: { name: "shop" }, interactions });

describe("pacts in the catalogue", () => {
  const folder = mkdtempSync(join(tmpdir(), "pacts-test-"));
  after(() => rmSync(folder, { recursive: true }));

  const filled = contract.messages.find(({ name }) => name === "basket.filled");
  assert.ok(filled);

  it("are empty if none was written yet", () => {
    assert.deepEqual(readInteractions(join(folder, "none")), []);
    assert.match(pactBadge(contract, filled, []).toString(), /no pact yet/);
  });

  it("show which consumer reads which fields", () => {
    const lines = [
      { code: "A", unitPrice: { amount: 1 } },
      { code: "B", unitPrice: { amount: 2 } },
    ];
    writeFileSync(
      join(folder, "till-shop.json"),
      pact("till", interaction("basket.filled", { basketId: "1", lines })),
    );
    writeFileSync(
      join(folder, "client-shop.json"),
      pact("client", { type: "Synchronous/HTTP", description: "GET" }),
    );
    const interactions = readInteractions(folder);
    assert.deepEqual(interactions, [
      {
        consumer: "till",
        provider: "shop",
        message: "basket.filled",
        schemaVersion: undefined,
        states: ["a basket with an item"],
        fields: ["basketId", "lines[].code", "lines[].unitPrice.amount"],
        paths: [["basketId"], ["lines", "*", "code"], ["lines", "*", "unitPrice", "amount"]],
      },
    ]);
    assert.deepEqual(
      pactStatus(contract, filled, interactions).map((one) => [one.consumer, one.interactions.length]),
      [
        ["till", 1],
        ["shop", 0],
      ],
    );
    assert.match(pactBadge(contract, filled, interactions).toString(), /1 of 2 consumers/);
  });

  it("show which fields of a reply the requester reads, from either kind of interaction", () => {
    const asking = fixture({
      ...withRequest,
      "/operations/receiveTillBaskets/messages": [{ $ref: "#/channels/tillBaskets/messages/basketEmptied" }],
    });
    const reply = asking.messages.find(({ name }) => name === "basket.filled") ?? assert.fail();
    const contents = { content: { items: 1 }, contentType: "application/json", encoded: false };
    const request = {
      type: "Synchronous/Messages",
      description: "whether a basket is paid",
      request: { contents: { content: { basketId: "1" } }, metadata: { type: "basket.paid" } },
    };
    const metadata = { type: "basket.filled" };
    const pacts = [
      { ...request, response: [{ contents, metadata }] },
      interaction("basket.filled", { items: 1 }),
    ];
    for (const one of pacts) {
      const own = mkdtempSync(join(folder, "requests-"));
      writeFileSync(join(own, "till-shop.json"), pact("till", one));
      const [status] = pactStatus(asking, reply, readInteractions(own));
      assert.equal(status?.consumer, "till");
      assert.deepEqual(
        status?.interactions.map(({ message, fields }) => [message, fields]),
        [["basket.filled", ["items"]]],
      );
    }
    assert.deepEqual(
      pactStatus(asking, reply, []).map(({ consumer }) => consumer),
      ["till"],
    );
  });

  it("are named if they cannot be read", () => {
    const broken = join(folder, "zz.json");
    writeFileSync(broken, "{");
    assert.throws(() => readInteractions(folder), /cannot read the pact .*zz\.json.*run the consumer tests/);
    writeFileSync(
      broken,
      JSON.stringify({ messages: [], metadata: { pactSpecification: { version: "3.0" } } }),
    );
    assert.throws(() => readInteractions(folder), /zz\.json has no interactions: it is not a pact of/);
    rmSync(broken);
  });
});
