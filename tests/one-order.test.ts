/**
 * The cost of one order while nothing else runs, as counts, which are the same on every machine. A change that adds a
 * statement, a transaction or a frame fails here: raise a limit only if the change is worth it.
 */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import {
  type CountedSystem,
  countOrders,
  type Station,
  type StationCounts,
  startCounted,
  sumOf,
  warmUp,
} from "@orders/stack/testing/counted-system";
import { waitFor } from "@rabbit-contract/messaging/testing";

const orders = 20;

type Limits = Readonly<Partial<Record<Station, Partial<StationCounts>>>>;

/** For one order, including `begin` and `commit`. */
const allowed: Limits = {
  "order requests": { statements: 5, transactions: 1, frames: 0 },
  "inventory consumer": { statements: 7, transactions: 1, frames: 4 },
  "order consumer": { statements: 5, transactions: 1, frames: 4, acks: 1 },
  "notification consumer": { statements: 4, transactions: 1, frames: 4 },
  // For two messages.
  "order relay": { frames: 8 },
  "inventory relay": { frames: 4 },
};

/** In 10 s without any order; housekeeping, with up to 7 statements, may be among them. */
const allowedWhileIdle: Limits = {
  "order background": { statements: 30, frames: 370 },
  "inventory background": { statements: 20, frames: 300 },
  "notification background": { statements: 8, frames: 390 },
};

describe("a single order", () => {
  let counted: CountedSystem;
  before(async () => {
    counted = await startCounted();
    await warmUp(counted);
  });
  after(() => counted.stop());

  it("costs no more statements, transactions and frames than are allowed", { timeout: 120_000 }, async () => {
    const start = performance.now();
    const all = await countOrders(counted, orders);
    const seconds = (performance.now() - start) / 1000;
    for (const station of ["order relay", "inventory relay"] as const) {
      const deletions = all.get(station)?.statements ?? 0;
      assert.ok(
        deletions <= seconds + 1,
        `${station}: ${deletions} statements in ${seconds} s: one a second is allowed`,
      );
    }
    const counts = sumOf([all], orders);
    for (const [station, limits = {}] of entriesOf(allowed)) {
      const found = counts.get(station) ?? assert.fail(`${station} was not seen`);
      for (const [what, limit] of entriesOf(limits))
        assert.ok(found[what] <= limit, `${station}: ${found[what]} ${what}, ${limit} are allowed`);
    }
  });

  it("causes nearly all statements: an idle system has few", { timeout: 120_000 }, async () => {
    await counted.system.quiet();
    // The last acknowledgements have yet to arrive.
    await waitFor(() => [...counted.take().keys()].every(isBackground), {
      what: "a second without any work",
      interval: 1_000,
    });
    const start = performance.now();
    await delay(10_000);
    const counts = counted.take();
    // More has happened if the test itself was held up.
    const times = (performance.now() - start) / 10_000;
    for (const [station, limits] of entriesOf(allowedWhileIdle)) {
      const found = counts.get(station);
      for (const [what, limit] of entriesOf(limits))
        assert.ok(
          (found?.[what] ?? 0) <= limit * times,
          `${station}: ${found?.[what]} ${what}, ${limit} are allowed in 10 s`,
        );
    }
    assert.ok([...counts.keys()].every(isBackground), [...counts.keys()].join());
  });
});

function isBackground(station: Station): boolean {
  return station.endsWith(" background");
}

function entriesOf<Key extends string, Value>(record: Readonly<Partial<Record<Key, Value>>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}
