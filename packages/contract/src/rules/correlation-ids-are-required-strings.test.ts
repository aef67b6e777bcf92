import { describe, it } from "node:test";
import { correlationIdsAreRequiredStrings } from "./correlation-ids-are-required-strings.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

const correlationId = "/components/messages/basketFilled/correlationId";
const at = (location: string) => ({ [correlationId]: { location: `$message.payload#${location}` } });

describe("the correlation id is a string that every payload has", () => {
  it("holds for the fixture, and for a message without one", () => {
    assertKept(correlationIdsAreRequiredStrings);
    assertKept(correlationIdsAreRequiredStrings, { [correlationId]: undefined });
  });

  it("is broken by a location that the payload does not have", () => {
    const missing = /"basket.filled" at "\/shopId" is not in the payload/;
    assertBroken(correlationIdsAreRequiredStrings, at("/shopId"), correlationId, missing);
    assertBroken(
      correlationIdsAreRequiredStrings,
      at("/basketId/part"),
      correlationId,
      /\/components\/schemas\/BasketId has no property "part"/,
    );
  });

  it("is broken by a field that may be absent", () => {
    assertBroken(correlationIdsAreRequiredStrings, at("/note"), correlationId, /at "\/note" may be absent/);
  });

  it("is broken by a field that is no string", () => {
    assertBroken(
      correlationIdsAreRequiredStrings,
      at("/items"),
      correlationId,
      /at "\/items" is not a string/,
    );
  });
});
