import { describe, it } from "node:test";
import { schemasAreEnforced } from "./schemas-are-enforced.ts";
import { assertBroken, assertKept } from "./testing/fixture.ts";

describe("every keyword of a schema is enforced", () => {
  it("holds for the fixture", () => {
    assertKept(schemasAreEnforced);
  });

  it("is broken by a keyword that is not enforced", () => {
    const items = "/components/schemas/BasketFilled/properties/items";
    assertBroken(
      schemasAreEnforced,
      { [`${items}/not`]: { const: 13 } },
      `${items}/not`,
      /the keyword "not" is not enforced/,
    );
    assertBroken(schemasAreEnforced, { [`${items}/format`]: "colour" }, `${items}/format`, /"format"/);
  });
});
