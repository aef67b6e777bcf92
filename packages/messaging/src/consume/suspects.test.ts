import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { arrived } from "../testing/arrived.ts";
import { stoppedClock } from "../testing/clock.ts";
import { type Job, jobsQueue } from "../testing/fixtures.ts";
import { DatabaseTrouble, MemoryInbox, type MemoryTransaction } from "../testing/memory-inbox.ts";
import { applyBatch } from "./apply-batch.ts";
import { decode } from "./decode.ts";
import { type Handler, type Item, subscriptionsOf } from "./handler.ts";
import { allDone } from "./outcome.ts";
import { redirected } from "./redelivery.ts";
import { longestHold, patience, Suspects } from "./suspects.ts";

let clock: ReturnType<typeof stoppedClock>;
beforeEach(() => {
  clock = stoppedClock();
});
afterEach(() => clock[Symbol.dispose]());

/** A database that is locked or not, a message whose statement never ends, and a clock. */
function situation() {
  const inbox = new MemoryInbox();
  const start = clock.now;
  const state = { locked: false, tries: [] as string[][], time: () => clock.now - start };
  /** Milliseconds that a statement may take. */
  const limit = 10_000;
  const handler: Handler<Job, MemoryTransaction> = async (deliveries, tx) => {
    const names = deliveries.map(({ payload }) => payload.name);
    state.tries.push(names);
    if (state.locked || names.includes("slow")) {
      clock.now += limit;
      throw new DatabaseTrouble("suspect");
    }
    clock.now += 5;
    tx.effects.push(...names);
    return allDone(deliveries);
  };
  const subscriptions = subscriptionsOf(jobsQueue, { jobAdded: handler, jobRemoved: handler });
  const items = (names: readonly string[]): Item<MemoryTransaction>[] =>
    names.map((name) => {
      const id = [...name].map((character) => character.charCodeAt(0).toString(16)).join("");
      const messageId = `019a4f2e-7b12-7d90-b1c4-${id.padStart(12, "0").slice(-12)}`;
      const content = JSON.stringify({ name });
      const decoded = decode(
        arrived({ content, properties: { messageId, type: "job.added" } }),
        subscriptions,
      );
      return "delivery" in decoded ? decoded : assert.fail("invalid");
    });
  const suspects = new Suspects<MemoryTransaction>();
  /** @param onHold called at each pause, with its number */
  const apply = async (
    names: readonly string[],
    onHold: (count: number) => void = () => {},
    canPostpone = true,
  ) => {
    let holds = 0;
    const hold = async () => {
      clock.now += 4_000;
      onHold(++holds);
    };
    const options = {
      inbox,
      queue: "jobs",
      hold,
      onThrown: () => {},
      suspects,
      canPostpone,
      redelivered: true,
    };
    return (await applyBatch(items(names), options)).map(({ kind }) => kind);
  };
  return { inbox, state, apply };
}

describe("a batch whose statements run into a limit", () => {
  it("is held as a whole while a table is locked, and uses up no attempt", async () => {
    const { inbox, state, apply } = situation();
    state.locked = true;
    const kinds = await apply(["a", "b", "c"], (count) => {
      if (count === 5) state.locked = false;
    });
    assert.deepEqual(kinds, ["done", "done", "done"]);
    assert.ok(state.tries.length === 6 && state.tries.every(({ length }) => length === 3));
    assert.deepEqual(inbox.effects, ["a", "b", "c"]);
  });

  it("uses up no attempt even when the lock lasts for hours, and other messages get their turn", async () => {
    const { state, apply } = situation();
    state.locked = true;
    for (let round = 0; round < 3; round++) {
      assert.deepEqual(await apply(["a", "b", "c"]), ["postpone", "postpone", "postpone"]);
    }
    state.locked = false;
    assert.deepEqual(await apply(["a", "b", "c"]), ["done", "done", "done"]);
  });

  it("is held up by a slow message only for a while: that one uses up its attempts once others get through", async () => {
    const { inbox, state, apply } = situation();
    const first = await apply(["a", "slow", "b", "c"]);
    assert.deepEqual(first, ["done", "retry", "done", "done"]);
    assert.ok(state.time() < 2 * patience);
    state.tries.length = 0;
    const before = state.time();
    assert.deepEqual(await apply(["d", "slow", "e"]), ["done", "retry", "done"]);
    assert.deepEqual(state.tries, [["d", "e"], ["slow"]]);
    assert.ok(state.time() - before <= 10_010);
    assert.deepEqual(inbox.effects, ["a", "b", "c", "d", "e"]);
  });

  it("lets others pass a slow message that is alone, and only then uses up its attempts", async () => {
    const { apply } = situation();
    assert.deepEqual(await apply(["slow"]), ["postpone"]);
    assert.deepEqual(await apply(["slow"]), ["postpone"]);
    assert.deepEqual(await apply(["a"]), ["done"]);
    assert.deepEqual(await apply(["slow"]), ["retry"]);
  });

  it("lets the rest of the batch pass a slow message in a queue without retry tiers", async () => {
    const { inbox, state, apply } = situation();
    assert.deepEqual(await apply(["slow", "a", "b"], undefined, false), ["retry", "done", "done"]);
    assert.deepEqual(inbox.effects, ["a", "b"]);
    assert.ok(state.time() < 2 * patience);
  });

  it("dead-letters a message that fails alone in a queue without retry tiers, but not soon", async () => {
    const { state, apply } = situation();
    assert.deepEqual(await apply(["slow"], undefined, false), ["retry"]);
    assert.ok(state.time() >= longestHold && state.time() < 1_800_000);
  });

  it("dead-letters none in a queue without retry tiers while a table is locked for minutes", async () => {
    const { state, apply } = situation();
    state.locked = true;
    const unlock = () => {
      if (state.time() > 500_000) state.locked = false;
    };
    assert.deepEqual(await apply(["a", "b", "c"], unlock, false), ["done", "done", "done"]);
  });
});

describe("a message that is postponed", () => {
  it("waits in a retry tier, with the attempts that it had", () => {
    const sent = [undefined, 1, 2].map((failed) => {
      const headers = { "schema-version": 1, ...(failed && { "retry-attempt": failed }) };
      const message = arrived({ properties: { headers } });
      const { routingKey, publication } = redirected(
        message,
        { kind: "postpone", reason: "slow" },
        jobsQueue,
      );
      return [routingKey, publication.properties.headers["retry-attempt"]];
    });
    assert.deepEqual(sent, [
      ["jobs.retry.100ms", undefined],
      ["jobs.retry.300ms", 1],
      ["jobs.retry.300ms", 2],
    ]);
  });
});
