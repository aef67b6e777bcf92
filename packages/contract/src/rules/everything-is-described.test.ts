import { describe, it } from "node:test";
import { everythingIsDescribed } from "./everything-is-described.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("everything has a description", () => {
  it("holds for the fixture, where a field is described by the schema that it refers to", () => {
    assertKept(everythingIsDescribed);
  });

  it("is broken by anything without a description", () => {
    for (const [pointer, keyword] of [
      ["/components/schemas/BasketFilled", "description"],
      ["/components/schemas/BasketFilled/properties/items", "description"],
      ["/components/messages/basketPaid", "summary"],
      ["/channels/tillBaskets", "description"],
      ["/operations/sendBasketPaid", "summary"],
      ["/x-rabbitmq/services/till", "description"],
    ] as const) {
      assertBroken(
        everythingIsDescribed,
        { [`${pointer}/${keyword}`]: undefined },
        pointer,
        new RegExp(`has no ${keyword}`),
      );
      assertBroken(
        everythingIsDescribed,
        { [`${pointer}/${keyword}`]: " " },
        pointer,
        new RegExp(`has no ${keyword}`),
      );
    }
  });

  it("is broken by a field deep inside", () => {
    const inner = { type: "object", properties: { deep: { type: "string" } } };
    const note = "/components/schemas/BasketFilled/properties/note";
    assertBroken(
      everythingIsDescribed,
      { [note]: { type: "array", description: "Notes.", items: { oneOf: [{ type: "null" }, inner] } } },
      `${note}/items/oneOf/1/properties/deep`,
      /"deep" has no description/,
    );
  });
});
