import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture } from "../rules/testing/fixture.ts";
import { cataloguePages } from "./build.ts";

describe("the catalogue", () => {
  it("has a page for each version of a message, and links that lead to it", () => {
    const versions = fixture({
      "/components/messages/basketEmptied/name": "basket.filled",
      "/components/messages/basketEmptied/headers": {
        type: "object",
        required: ["schema-version"],
        properties: { "schema-version": { type: "integer", const: 2 } },
      },
    });
    const pages = cataloguePages(versions, { releases: "none" });
    assert.match(String(pages.get("messages/basket.filled.html")), /A basket is full/);
    const second = String(pages.get("messages/basket.filled@2.html"));
    assert.match(second, /<h1 class="mono">basket\.filled version 2<\/h1>/);
    assert.match(second, /A basket was given up/);
    assert.match(
      String(pages.get("index.html")),
      /href="messages\/basket\.filled@2\.html">basket\.filled version 2</,
    );
  });
});
