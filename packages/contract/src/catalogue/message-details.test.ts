import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture, type Patch } from "../rules/testing/fixture.ts";
import { withRequest } from "../rules/testing/routing.ts";
import { properties } from "./message-details.ts";

/** The values by the names of the properties. */
function propertiesOf(key: string, patch: Patch): Record<string, string> {
  const contract = fixture(patch);
  const message = contract.messages.find((one) => one.key === key);
  assert.ok(message);
  const text = properties(contract, message).toString();
  const rows = text.matchAll(/<th scope="row"><code>(.*?)<\/code><\/th><td>(.*?)<\/td>/g);
  return Object.fromEntries(
    Array.from(rows, ([, name = "", value = ""]) => [name, value.replaceAll(/<\/?code>/g, "")]),
  );
}

describe("the AMQP properties in the catalogue", () => {
  it("are those that the runtime sets, also where the document says nothing of them", () => {
    const unsaid: Patch = {
      "/defaultContentType": undefined,
      "/components/messages/basketPaid/contentType": undefined,
      "/components/messages/basketPaid/bindings": undefined,
      "/operations/sendBasketPaid/bindings": undefined,
    };
    assert.deepEqual(propertiesOf("basketPaid", unsaid), {
      type: "basket.paid",
      message_id: "UUIDv7",
      correlation_id: "payload/basketId",
      app_id: "till",
      timestamp: "seconds",
      content_type: "application/json",
      content_encoding: "utf-8",
      delivery_mode: "2",
      mandatory: "true",
    });
  });

  it("are those of an answer for a reply, which the broker keeps nowhere", () => {
    const contract: Patch = {
      ...withRequest,
      "/operations/sendBasketFilled": undefined,
    };
    const { app_id, correlation_id, delivery_mode, mandatory } = propertiesOf("basketFilled", contract);
    assert.deepEqual(
      { app_id, correlation_id, delivery_mode, mandatory },
      {
        app_id: "shop",
        correlation_id: "that of the request",
        delivery_mode: "1",
        mandatory: undefined,
      },
    );
  });
});
