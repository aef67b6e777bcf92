import { describe, it } from "node:test";
import { assertBroken, assertKept } from "./testing/fixture.ts";
import { theDocumentIntroducesItself } from "./the-document-introduces-itself.ts";

describe("the document introduces itself", () => {
  it("holds for the fixture", () => {
    assertKept(theDocumentIntroducesItself);
  });

  it("is broken by anything that info leaves out", () => {
    for (const key of ["description", "contact", "license", "tags"]) {
      assertBroken(
        theDocumentIntroducesItself,
        { [`/info/${key}`]: undefined },
        "/info",
        new RegExp(`info has no ${key}`),
      );
    }
  });
});
