import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AddressParameter, Message } from "../contract.ts";
import { fixture } from "../rules/testing/fixture.ts";
import { type Address, bindingKeys, keyWithoutQueue, reaches } from "./routes.ts";

const place = { file: "a.yaml", line: 1, pointer: "" };
const region = (values?: readonly string[]): AddressParameter => ({
  name: "region",
  values,
  path: undefined,
  place,
});
const topic: Address = {
  exchange: { name: "baskets", type: "topic", alternate: undefined },
  routingKey: "basket.{region}.filled",
  parameters: [region()],
};
const bound = (...keys: readonly string[]) => ({
  bindings: keys.map((routingKey) => ({ exchange: "baskets", routingKey })),
});

describe("an address with a parameter", () => {
  it("may reach a queue that wants one of its values, and always reaches one with a wildcard", () => {
    assert.ok(reaches(topic, bound("basket.eu.filled")));
    assert.equal(keyWithoutQueue(topic, [bound("basket.eu.filled")]), "basket.….filled");
    for (const key of ["basket.*.filled", "basket.#", "#.filled"]) {
      assert.ok(reaches(topic, bound(key)));
      assert.equal(keyWithoutQueue(topic, [bound(key)]), undefined);
    }
    assert.ok(!reaches(topic, bound("basket.eu.emptied", "basket.filled")));
  });

  it("reaches what is bound to each of its values", () => {
    const limited = { ...topic, parameters: [region(["eu", "us"])] };
    assert.equal(keyWithoutQueue(limited, [bound("basket.eu.filled")]), "basket.us.filled");
    assert.equal(keyWithoutQueue(limited, [bound("basket.eu.filled"), bound("basket.us.filled")]), undefined);
    assert.ok(!reaches(limited, bound("basket.jp.filled")));
    assert.deepEqual(bindingKeys(limited), ["basket.*.filled"]);
    assert.deepEqual(bindingKeys({ ...limited, exchange: "baskets" }), [
      "basket.eu.filled",
      "basket.us.filled",
    ]);
  });

  it("reaches the queues of the alternate exchange", () => {
    const exchange = {
      name: "baskets",
      type: "topic",
      alternate: { name: "others", type: "fanout" },
    } as const;
    const others = { bindings: [{ exchange: "others", routingKey: "" }] };
    assert.equal(keyWithoutQueue({ ...topic, exchange }, [bound("basket.eu.filled"), others]), undefined);
  });
});

describe("a message on a headers exchange", () => {
  const [message] = fixture().messages;
  assert.ok(message);
  const at = (...messages: readonly Message[]): Address => ({
    exchange: { name: "baskets", type: "headers", alternate: undefined },
    routingKey: "",
    messages,
  });
  const wanting = (args: Record<string, string | number>) => ({
    bindings: [{ exchange: "baskets", routingKey: "", arguments: args }],
  });

  it("always reaches a queue by headers that it always has, and may by others", () => {
    assert.equal(keyWithoutQueue(at(message), [wanting({ "schema-version": 1 })]), undefined);
    assert.ok(!reaches(at(message), wanting({ "schema-version": 2 })));
    const maybe = wanting({ "causation-id": "a" });
    assert.ok(reaches(at(message), maybe));
    assert.equal(keyWithoutQueue(at(message), [maybe]), "");
    assert.equal(
      keyWithoutQueue(at(message), [wanting({ "x-match": "any", "schema-version": 1, other: "a" })]),
      undefined,
    );
  });
});
