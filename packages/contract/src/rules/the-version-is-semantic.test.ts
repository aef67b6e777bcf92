import { describe, it } from "node:test";
import { assertBroken, assertKept } from "./testing/fixture.ts";
import { theVersionIsSemantic } from "./the-version-is-semantic.ts";

describe("the contract's version is a semantic version", () => {
  it("holds for the fixture, and for candidates", () => {
    assertKept(theVersionIsSemantic);
    assertKept(theVersionIsSemantic, { "/info/version": "2.0.0-rc.1" });
  });

  it("is broken by any other text", () => {
    for (const version of ["v2", "2", "1.0", "latest"]) {
      assertBroken(
        theVersionIsSemantic,
        { "/info/version": version },
        "/info/version",
        new RegExp(`info.version is "${version}"`),
      );
    }
  });
});
