import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readContract, readDraft } from "../read-contract.ts";
import { lint } from "../rules/index.ts";
import { fixtureText, type Patch } from "../rules/testing/fixture.ts";

async function errors(patch: Patch): Promise<string[]> {
  const contract = await readDraft("asyncapi.yaml", { text: fixtureText(patch) });
  return lint(contract)
    .filter(({ severity }) => severity === "error")
    .map(({ pointer, rule }) => `${rule} ${pointer}`);
}

const nowhere = { $ref: "#/nowhere" };
const channel = "/channels/tillBaskets";

/** One mistake, and the one error that it gives. */
const mistakes: readonly (readonly [what: string, patch: Patch, error: string])[] = [
  ["a misspelled address", { [`${channel}/adress`]: "a" }, `asyncapi ${channel}/adress`],
  ["a channel that is not a mapping", { [channel]: 5 }, `asyncapi ${channel}`],
  ["no messages", { [`${channel}/messages`]: 5 }, `asyncapi ${channel}/messages`],
  [
    "misspelled messages",
    { [`${channel}/messagess`]: {}, [`${channel}/messages`]: undefined },
    `asyncapi ${channel}/messagess`,
  ],
  ["a binding that is not there", { [`${channel}/bindings`]: nowhere }, `references ${channel}/bindings`],
  [
    "no exchange of a binding",
    { [`${channel}/x-rabbitmq/bindings/0/exchange`]: 5 },
    `x-rabbitmq ${channel}/x-rabbitmq/bindings/0/exchange`,
  ],
  [
    "a kind of channel that there is not",
    { [`${channel}/bindings/amqp/is`]: "topic" },
    `asyncapi ${channel}/bindings/amqp/is`,
  ],
  [
    "an action that there is not",
    { "/operations/receiveTillBaskets/action": "get" },
    "asyncapi /operations/receiveTillBaskets/action",
  ],
  [
    "a misspelled action",
    { "/operations/receiveTillBaskets/action": undefined, "/operations/receiveTillBaskets/acton": "receive" },
    "asyncapi /operations/receiveTillBaskets/acton",
  ],
  [
    "a channel that is referred to and not there",
    { "/operations/receiveTillBaskets/channel": nowhere },
    "references /operations/receiveTillBaskets/channel",
  ],
  [
    "a message that is referred to and not there",
    { "/components/messages/basketPaid": undefined },
    "references /channels/basketPaid/messages/basketPaid",
  ],
  [
    "a payload that is referred to and not there",
    { "/components/messages/basketPaid/payload": nowhere },
    "references /components/messages/basketPaid/payload",
  ],
  [
    "misspelled headers",
    {
      "/components/messages/basketPaid/headers": undefined,
      "/components/messages/basketPaid/header": { type: "object" },
    },
    "asyncapi /components/messages/basketPaid/header",
  ],
  ["misspelled operations", { "/operations": undefined, "/operation": {} }, "asyncapi /operation"],
];

describe("one run of the lint", () => {
  for (const [what, patch, error] of mistakes) {
    it(`gives one error for ${what}`, async () => {
      assert.deepEqual(await errors(patch), [error]);
    });
  }

  it("reports what is wrong with other parts of a document beside it", async () => {
    for (const [what, patch, error] of mistakes) {
      const both = { "/components/messages/basketEmptied/contentType": "text/xml", ...patch };
      assert.deepEqual(
        (await errors(both)).sort(),
        [error, "settings-are-honoured /components/messages/basketEmptied/contentType"].sort(),
        what,
      );
    }
  });

  it("counts no exception or severity for what keeps a document from being read", async () => {
    const contract = await readDraft("asyncapi.yaml", {
      text: fixtureText({ [`${channel}/adress`]: "a" }),
    });
    const [error] = lint(contract, { severities: { asyncapi: "advice" } });
    assert.equal(error?.severity, "error");
  });

  it("is what every other command refuses the document with", async () => {
    await assert.rejects(readContract("asyncapi.yaml", { text: fixtureText({ [channel]: 5 }) }), {
      name: "ContractError",
      message: /asyncapi: must be a mapping/,
    });
  });
});
