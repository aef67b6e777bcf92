import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { buildContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { pactBadge, pactStatus } from "./pact-status.ts";
import { readInteractions } from "./pacts.ts";

const contract = buildContract(
  Source.read(fileURLToPath(new URL("../../../../asyncapi/asyncapi.yaml", import.meta.url))),
);

const interaction = (type: string, content: unknown) => ({
  type: "Asynchronous/Messages",
  description: "something that happened",
  providerStates: [{ name: "a confirmed order" }],
  contents: { content, contentType: "application/json", encoded: false },
  metadata: { type, routingKey: type },
});

const pact = (consumer: string, ...interactions: readonly unknown[]) =>
  JSON.stringify({ consumer: { name: consumer }, provider: { name: "order" }, interactions });

describe("pacts in the catalogue", () => {
  const folder = mkdtempSync(join(tmpdir(), "pacts-test-"));
  after(() => rmSync(folder, { recursive: true }));

  const cancelled = contract.messages.find(({ name }) => name === "order.cancelled");
  assert.ok(cancelled);

  it("are none where nothing was written yet", () => {
    assert.deepEqual(readInteractions(contract, join(folder, "none")), []);
    assert.match(pactBadge(contract, cancelled, []).toString(), /no pact yet/);
  });

  it("say which consumer reads which fields", () => {
    const lines = [
      { sku: "A", unitPrice: { amount: 1 } },
      { sku: "B", unitPrice: { amount: 2 } },
    ];
    writeFileSync(
      join(folder, "notification-order.json"),
      pact(
        "notification",
        interaction("order.cancelled", { orderId: "1", lines }),
        interaction("unheard.of", {}),
      ),
    );
    writeFileSync(
      join(folder, "client-order.json"),
      pact("client", { type: "Synchronous/HTTP", description: "GET" }),
    );
    const interactions = readInteractions(contract, folder);
    assert.deepEqual(interactions, [
      {
        consumer: "notification",
        provider: "order",
        message: "order.cancelled",
        states: ["a confirmed order"],
        fields: ["orderId", "lines[].sku", "lines[].unitPrice.amount"],
      },
    ]);
    assert.deepEqual(
      pactStatus(contract, cancelled, interactions).map((one) => [one.consumer, one.interactions.length]),
      [
        ["inventory", 0],
        ["notification", 1],
      ],
    );
    assert.match(pactBadge(contract, cancelled, interactions).toString(), /1 of 2 consumers/);
  });

  it("are named when they cannot be read", () => {
    const broken = join(folder, "zz.json");
    writeFileSync(broken, "{");
    assert.throws(
      () => readInteractions(contract, folder),
      /cannot read the pact .*zz\.json.*make contract-tests/,
    );
    rmSync(broken);
  });
});
