/** Pacts from a Pact broker are checked like those of generated/pacts before their results are trusted. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import { type FakePactBroker, fakePactBroker } from "./fake-pact-broker.ts";
import { root } from "./pact-files.ts";
import { changed } from "./testing.ts";

describe("the provider's tests with a pact from a Pact broker", () => {
  let broker: FakePactBroker;
  before(async () => {
    const pacts = changed("stock.low", ({ contents, ...one }) => one);
    broker = await fakePactBroker(
      pacts.filter(({ consumer }) => consumer.name === "notification").slice(0, 1),
    );
  });
  after(() => broker.stop());

  it("name the interaction that has no contents, and publish no result, although the verifier passes it", {
    timeout: 120_000,
  }, async () => {
    const test = "services/inventory/contracts/inventory.provider.test.ts";
    const args =
      "Deno" in globalThis ? ["test", "-A", "--no-check", test] : ["test", "--timeout", "60000", `./${test}`];
    const env = {
      ...process.env,
      PACT_DO_NOT_TRACK: "true",
      PACTS_FROM: "broker",
      PACT_BROKER_BASE_URL: broker.url,
      PACT_VERSION: "1.0.0",
      PACT_BRANCH: "main",
    };
    const tests = spawn(process.execPath, args, { cwd: root, env });
    let output = "";
    for (const stream of [tests.stdout, tests.stderr]) stream.on("data", (data) => (output += data));
    const [code] = await once(tests, "close");
    assert.equal(code, 1, output);
    assert.match(
      output,
      /Pact between notification \(1\.0\.0\) and inventory: "stock\.low" \(a product just above its low-stock threshold\) has no contents/,
    );
    assert.match(output, /from the Pact broker are all kept.*ok|\(pass\).*from the Pact broker are all kept/);
    assert.deepEqual(broker.results, []);
  });
});
