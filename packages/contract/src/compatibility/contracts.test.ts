import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixture } from "../rules/testing/fixture.ts";
import { compare } from "./compare.ts";
import { messageChanges } from "./testing/message-changes.ts";
import { queueChanges } from "./testing/queue-changes.ts";

const base = fixture();

describe("a change of the contract", () => {
  it("is classified: a correlation id is added", async () => {
    const older = fixture({ "/components/messages/basketFilled/correlationId": undefined });
    const { differences } = compare({ base: older, contract: base, releases: [] });
    assert.deepEqual(
      differences.map(({ level, rule }) => `${level} ${rule}`),
      ["minor correlation-id-added"],
    );
  });

  for (const [name, patch, expected] of [...messageChanges, ...queueChanges]) {
    it(`is classified: ${name}`, async () => {
      const { differences } = compare({ base, contract: fixture(patch), releases: [] });
      const found = differences.map(
        ({ judgement, level, rule, subject }) =>
          `${judgement === "compatible" ? level : judgement} ${rule} ${subject}`,
      );
      assert.deepEqual(found.sort(), [...expected].sort(), JSON.stringify(differences, undefined, 2));
      for (const difference of differences) {
        assert.ok(difference.place.line > 0);
        if (difference.judgement === "compatible") continue;
        assert.ok(difference.safeWay.length > 0, difference.rule);
        assert.ok(difference.affects.length > 0, difference.rule);
      }
    });
  }
});
