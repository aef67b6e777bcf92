import { describe, it } from "node:test";
import type { JsonObject } from "../json.ts";
import { correlationIdsAreStrings } from "./correlation-ids-are-strings.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const correlationId = "/components/messages/basketFilled/correlationId";
const at = (location: string) => ({ [correlationId]: { location: `$message.payload#${location}` } });

describe("the correlation id is a string of the payload or a header", () => {
  it("holds for the fixture, and for a message without one", () => {
    assertKept(correlationIdsAreStrings);
    assertKept(correlationIdsAreStrings, { [correlationId]: undefined });
  });

  it("is broken by a location that the payload does not have", () => {
    const missing = /"basket.filled" at "\/shopId" is not in the payload/;
    assertBroken(correlationIdsAreStrings, at("/shopId"), correlationId, missing);
    assertBroken(
      correlationIdsAreStrings,
      at("/basketId/part"),
      correlationId,
      /\/components\/schemas\/BasketId has no property "part"/,
    );
  });

  it("is broken by a field that may be absent", () => {
    assertBroken(correlationIdsAreStrings, at("/note"), correlationId, /at "\/note" may be absent/);
  });

  it("is broken by a field that is not a string", () => {
    assertBroken(correlationIdsAreStrings, at("/items"), correlationId, /at "\/items" is not a string/);
  });

  const headers = (properties: JsonObject) => ({
    "/components/messages/basketFilled/headers": {
      allOf: [{ $ref: "#/components/schemas/Headers" }, { type: "object", properties }],
    },
    [correlationId]: { location: "$message.header#/basket" },
  });

  it("may be a header that the message declares as a string, inline or by reference", () => {
    const rule = correlationIdsAreStrings;
    assertKept(rule, headers({ basket: { type: "string" } }));
    assertKept(rule, headers({ basket: { $ref: "#/components/schemas/BasketId" } }));
    assertBroken(rule, headers({}), correlationId, /"\/basket" is not a header that the message declares/);
    assertBroken(rule, headers({ basket: { type: "integer" } }), correlationId, /"\/basket" is not a string/);
  });

  it("is broken by a header that the runtime sets", () => {
    const location = "$message.header#/traceparent";
    assertBroken(
      correlationIdsAreStrings,
      { [correlationId]: { location } },
      correlationId,
      /"\/traceparent" is a header that the runtime sets/,
    );
  });
});
