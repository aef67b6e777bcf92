import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { root } from "../paths.ts";
import { unitTests } from "./unit-tests.ts";
import { readWorkspace } from "./workspace.ts";

describe("the unit tests", () => {
  it("are the test files that reach no server, not even through a file that is imported for its effect", () => {
    const units = unitTests(readWorkspace(root));
    assert.ok(units.includes("tests/pins.test.ts"));
    assert.ok(!units.includes("tests/refusals.test.ts"));
    assert.ok(!units.includes("stack/testing/support.test.ts"));
  });
});
