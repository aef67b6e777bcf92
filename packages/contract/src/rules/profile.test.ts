import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { JsonValue } from "../json.ts";
import { lint, type Profile } from "./index.ts";
import { fixture, type Patch } from "./testing/fixture.ts";

const description = "/channels/tillBaskets/description";
const priority = "/operations/sendBasketPaid/bindings/amqp/priority";
const undescribed: Patch = { [description]: undefined };
const prioritised: Patch = { [priority]: 5 };

function severities(patch: Patch, profile?: Profile): string[] {
  return lint(fixture(patch), profile).map(({ severity, rule }) => `${severity} ${rule}`);
}

function excepted(exception: Record<string, JsonValue>, today = "2026-03-14"): string[] {
  const patch = { ...prioritised, "/x-rabbitmq/exceptions": [{ reason: "The old till.", ...exception }] };
  return severities(patch, { today });
}

describe("what counts as an error", () => {
  it("is what could not be honoured; style is advice, unless it is asked for", () => {
    assert.deepEqual(severities(undescribed), ["advice everything-is-described"]);
    assert.deepEqual(severities(undescribed, { strict: true }), ["error everything-is-described"]);
    assert.deepEqual(severities(prioritised), ["error settings-are-honoured"]);
  });

  it("is what a profile says of a rule", () => {
    assert.deepEqual(severities(prioritised, { severities: { "settings-are-honoured": "advice" } }), [
      "advice settings-are-honoured",
    ]);
    assert.deepEqual(severities(undescribed, { severities: { "everything-is-described": "error" } }), [
      "error everything-is-described",
    ]);
  });

  it("is not what an exception covers, up to its last day", () => {
    const exception = { rule: "settings-are-honoured", at: "/operations/sendBasketPaid" };
    assert.deepEqual(excepted({ ...exception, until: "2026-03-14" }), []);
    assert.deepEqual(excepted({ rule: "settings-are-honoured", until: "2026-12-31" }), []);
    assert.deepEqual(excepted({ ...exception, until: "2026-03-13" }), [
      "error exceptions",
      "error settings-are-honoured",
    ]);
  });

  it("is an exception that is of no use, or that code could not be generated with", () => {
    const until = "2026-12-31";
    const broken = "error settings-are-honoured";
    assert.deepEqual(excepted({ rule: "settings-are-honoured", at: "/channels", until }), [
      "advice exceptions",
      broken,
    ]);
    assert.deepEqual(excepted({ rule: "colours-are-red", until }), ["error exceptions", broken]);
    const never = { rule: "settings-are-honoured", until: "2026-13-45" };
    assert.deepEqual(excepted(never), ["error exceptions"]);
    assert.deepEqual(excepted({ rule: "schemas-are-enforced", until }), ["error exceptions", broken]);
  });
});
