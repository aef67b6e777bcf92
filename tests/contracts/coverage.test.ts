import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Message } from "@rabbit-contract/contract";
import { findGaps } from "./coverage.ts";
import { changed, contract, exists, pacts } from "./testing.ts";

describe("the pacts of generated/pacts", () => {
  it("have an interaction for each message that is consumed, and a verification for each that is sent", () => {
    assert.deepEqual(findGaps({ contract, pacts, exists }), []);
  });
});

/** Gaps in addition to the project's own. */
function newGaps(coverage: Partial<Parameters<typeof findGaps>[0]>): string[] {
  const before = findGaps({ contract, pacts, exists });
  return findGaps({ contract, pacts, exists, ...coverage }).filter((gap) => !before.includes(gap));
}

describe("coverage by pacts", () => {
  it("names a message without an interaction, with its consumers and its sender", () => {
    const without = changed("order.shipped", () => undefined);
    assert.deepEqual(newGaps({ pacts: without }), [
      'inventory consumes "order.shipped" from order without an interaction: add one to ' +
        "services/inventory/contracts/inventory.consumer.test.ts, and run make pacts",
      'notification consumes "order.shipped" from order without an interaction: add one to ' +
        "services/notification/contracts/notification.consumer.test.ts, and run make pacts",
      'order sends "order.shipped" without a verification: no pact has it; write the interaction of its consumer',
    ]);
  });

  it("names a new message of the contract", () => {
    const { messages, sends, receives } = contract;
    const [stockLow] = messages.filter(({ key }) => key === "stockLow");
    assert.ok(stockLow);
    const counted = { ...stockLow, key: "stockCounted", name: "stock.counted" };
    const withCounted = <Operation extends { readonly messages: readonly Message[] }>(one: Operation) =>
      one.messages.includes(stockLow) ? { ...one, messages: [...one.messages, counted] } : one;
    const changedContract = {
      ...contract,
      messages: [...messages, counted],
      sends: sends.map(withCounted),
      receives: receives.map(withCounted),
    };
    assert.deepEqual(newGaps({ contract: changedContract }), [
      'notification consumes "stock.counted" from inventory without an interaction: add one to ' +
        "services/notification/contracts/notification.consumer.test.ts, and run make pacts",
      'inventory sends "stock.counted" without a verification: no pact has it; write the interaction of its consumer',
    ]);
  });

  it("names an interaction for a message that the consumer does not receive", () => {
    const renamed = changed("stock.low", (one) => ({ ...one, description: "stock.reserved" }));
    assert.match(
      newGaps({ pacts: renamed }).join("\n"),
      /notification-inventory\.json has "stock\.reserved", which according to the contract notification does not consume/,
    );
  });

  it("names the tests that are missing", () => {
    const without = (path: string) => path !== "services/order/contracts/order.provider.test.ts";
    assert.deepEqual(newGaps({ exists: without }), [
      "services/order/contracts/order.provider.test.ts is missing, so nothing runs these pacts",
    ]);
  });
});
