import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { checkExtensions } from "../document.ts";
import { readContract } from "../read-contract.ts";
import { type JsonValue, Source } from "../source.ts";
import { fixtureText, type Patch } from "./testing/fixture.ts";

const services = "/x-rabbitmq/services";

/** `pointer message` of each finding about a changed fixture. */
function findings(patch: Patch): string[] {
  return checkExtensions(new Source("fixture.yaml", fixtureText(patch))).map(
    ({ pointer, message }) => `${pointer} ${message}`,
  );
}

const owners = [
  "",
  "/channels/tillBaskets",
  "/channels/tillBasketsDead",
  "/operations/sendBasketPaid",
  "/operations/receiveTillBaskets",
];

describe("x-rabbitmq, which the rules assume to be valid,", () => {
  it("is valid in the fixture", () => {
    assert.deepEqual(findings({}), []);
  });

  it("has no unknown keys, at any place and depth", () => {
    const places = [
      ...owners.map((owner) => `${owner}/x-rabbitmq`),
      "/x-rabbitmq/services/till",
      "/channels/tillBaskets/x-rabbitmq/queue",
      "/channels/tillBaskets/x-rabbitmq/bindings/0",
      "/channels/tillBaskets/x-rabbitmq/deadLetter",
      "/channels/tillBaskets/x-rabbitmq/retry/0",
    ];
    const patch = Object.fromEntries(places.map((place) => [`${place}/colour`, "red"]));
    const expected = places.map((place) => `${place}/colour "colour" is unknown here`);
    assert.deepEqual(findings(patch).sort(), expected.sort());
  });

  it("is that of its action also where an operation is a reference", () => {
    const pay = {
      action: "send",
      channel: { $ref: "#/channels/basketPaid" },
      "x-rabbitmq": { version: 1, service: "till", prefetch: 5 },
    };
    assert.deepEqual(
      findings({
        "/components/operations": { pay },
        "/operations/sendBasketPaid": { $ref: "#/components/operations/pay" },
      }),
      ['/components/operations/pay/x-rabbitmq/prefetch "prefetch" is unknown here'],
    );
  });

  it("is of version 1, and says so at the top if it is used", () => {
    const places = owners.map((owner) => `${owner}/x-rabbitmq`);
    const changed = (key: string, value: JsonValue | undefined) =>
      findings(Object.fromEntries(places.map((place) => [place + key, value])));
    assert.deepEqual(
      changed("/version", 2),
      places.map((place) => `${place}/version must be 1`),
    );
    assert.deepEqual(changed("/version", undefined), ['/x-rabbitmq "version" is missing']);
    assert.deepEqual(changed("", undefined), []);
  });

  it("has only names, counts and delays that the broker accepts", () => {
    const bad: readonly (readonly [pointer: string, value: JsonValue])[] = [
      [`${services}/till/redeliveryExchange`, "x".repeat(128)],
      ["/channels/tillBaskets/x-rabbitmq/queue/type", "stream"],
      ["/channels/tillBaskets/x-rabbitmq/queue/deliveryLimit", 0],
      ["/channels/tillBaskets/x-rabbitmq/retry/0/delay", 1.5],
      ["/channels/tillBaskets/x-rabbitmq/bindings/0/routingKeys", []],
      ["/operations/receiveTillBaskets/x-rabbitmq/prefetch", 0],
      ["/operations/receiveTillBaskets/x-rabbitmq/batchSize", "10"],
    ];
    const found = findings(Object.fromEntries(bad));
    for (const [pointer] of bad)
      assert.ok(
        found.some((finding) => finding.startsWith(`${pointer} `)),
        pointer,
      );
    assert.equal(found.length, bad.length);
  });

  it("makes reading the contract fail with the place of the error", async () => {
    const text = fixtureText({ "/channels/tillBaskets/x-rabbitmq/colour": "red" });
    await assert.rejects(
      readContract("fixture.yaml", { text }),
      /^ContractError: fixture\.yaml:\d+ \/channels\/tillBaskets\/x-rabbitmq\/colour\n {2}x-rabbitmq: "colour" is unknown here\n {2}fix: remove it, or use one of version, queue, /,
    );
  });
});
