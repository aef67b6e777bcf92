import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { notificationService, notificationStockQueue } from "@orders/generated/notification";
import { allDone, type Handlers } from "@rabbit-contract/messaging";
import { MemoryInbox } from "@rabbit-contract/messaging/testing";
import { findDisagreements } from "./agreement.ts";
import { consumedBy } from "./consumed-queues.ts";
import { writeInteraction } from "./consumer-interaction.ts";
import { type MessageInteraction, readPacts } from "./pact-files.ts";
import { contract } from "./testing.ts";
import { verify, whatIsWrong } from "./verifier.ts";

const example = contract.messages.find(({ key }) => key === "stockLow")?.examples[0]?.payload;

/** Takes only this message of the queue. */
const { stockLow } = notificationStockQueue.messages;
const queue = { ...notificationStockQueue, messages: { stockLow } };

/** Writes the interaction of a handler of `stock.low`, and returns the pact. */
async function written(
  stockLow: Handlers<typeof queue, unknown>["stockLow"],
  payload: object,
  directory: string,
) {
  const consumed = consumedBy((broker) => {
    broker.consume(queue, new MemoryInbox(), { stockLow });
  }).get("stockLow");
  assert.ok(consumed);
  await writeInteraction({
    topology: notificationService.topology,
    consumed,
    from: "inventory",
    given: "a product",
    payload,
    example,
    directory,
    hasWorked: async () => {},
  });
  const [pact] = readPacts(directory);
  assert.ok(pact);
  return pact;
}

describe("the pact of a handler that reads no field", () => {
  let directory: string;
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "pacts-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  it("accepts any object, which agrees with the contract", async () => {
    const pact = await written(async (deliveries) => allDone(deliveries), {}, directory);
    const [interaction] = pact.interactions.filter((one): one is MessageInteraction => "contents" in one);
    assert.deepEqual(interaction?.contents?.content, {});
    assert.deepEqual(Object.keys(interaction?.matchingRules?.body ?? {}), ["$"]);
    assert.deepEqual(findDisagreements(contract, [pact]), []);
  });

  it("is kept by what the provider sends, and broken by another message", async () => {
    const pacts = readPacts(directory);
    const [only] = pacts[0]?.interactions ?? [];
    assert.ok(only?.type === "Asynchronous/Messages");
    const sends = async (metadata: object) => {
      const [result] = await verify({
        provider: "inventory",
        pactUrls: pacts.map(({ file }) => file),
        stateHandlers: { "a product": async () => {} },
        messageProviders: {
          "stock.low": async () => ({
            __pactMessageMetadata: { ...only.metadata, ...metadata },
            message: example,
          }),
        },
      });
      assert.ok(result);
      return result;
    };
    assert.equal((await sends({})).result, "OK");
    assert.match(whatIsWrong(await sends({ routingKey: "stock.gone" })), /routingKey/);
  });

  it("is not written if the handler reads a field after all", async () => {
    await assert.rejects(
      written(
        async (deliveries) => {
          for (const { payload } of deliveries) assert.ok(payload.sku);
          return allDone(deliveries);
        },
        {},
        mkdtempSync(join(directory, "not-written-")),
      ),
      /notification's handler of stock\.low reads sku, which its pact does not name/,
    );
  });
});
