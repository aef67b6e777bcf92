import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkExtensions } from "../document.ts";
import { Source } from "../source.ts";
import { serviceTopology } from "../topology/model.ts";
import { argumentsLoseNoMessage } from "./arguments-lose-no-message.ts";
import { assertBroken, assertKept, fixture, fixtureText } from "./testing/fixture.ts";

const args = "/channels/tillBaskets/x-rabbitmq/arguments";
const limits = { "x-max-length": 1000, "x-overflow": "reject-publish", "x-single-active-consumer": true };

describe("arguments of a queue", () => {
  it("are declared beside those that the runtime sets, and only on the queue itself", () => {
    assertKept(argumentsLoseNoMessage, { [args]: limits });
    const { queues } = serviceTopology(fixture({ [args]: limits }), "till");
    const of = (name: string) => queues.find((queue) => queue.name === name)?.arguments;
    assert.equal(of("till.baskets")?.["x-max-length"], 1000);
    assert.equal(of("till.baskets")?.["x-single-active-consumer"], true);
    assert.equal(of("till.baskets")?.["x-queue-type"], "quorum");
    assert.equal(of("till.baskets.dead")?.["x-max-length"], undefined);
  });

  it("are refused where another setting stands for them, or where messages would be lost", () => {
    for (const [name, value] of Object.entries({
      "x-queue-type": "stream",
      "x-delivery-limit": 20,
      "x-dead-letter-exchange": "other",
      "x-expires": 1000,
      "x-max-priority": 10,
    })) {
      assertBroken(
        argumentsLoseNoMessage,
        { [args]: { [name]: value } },
        `${args}/${name}`,
        new RegExp(`"till.baskets" has ${name}: `),
      );
    }
    assertBroken(
      argumentsLoseNoMessage,
      { [args]: { "x-overflow": "drop-head" } },
      `${args}/x-overflow`,
      /the broker would drop messages/,
    );
  });

  it("are of the types that the broker takes", () => {
    const source = new Source(
      "asyncapi.yaml",
      fixtureText({ [args]: { "x-max-length": "many", "x-new": [1], colour: "red" } }),
    );
    assert.deepEqual(
      checkExtensions(source)
        .map(({ pointer }) => pointer.slice(args.length))
        .sort(),
      ["", "/x-max-length", "/x-new"],
    );
  });
});
