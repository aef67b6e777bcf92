import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PermanentError } from "../errors.ts";
import { arrived } from "../testing/arrived.ts";
import { type Job, jobsQueue } from "../testing/fixtures.ts";
import { DatabaseTrouble, MemoryInbox, type MemoryTransaction } from "../testing/memory-inbox.ts";
import { applyBatch, type BatchOptions } from "./apply-batch.ts";
import { decode } from "./decode.ts";
import { type Handler, type Item, type Subscriptions, subscriptionsOf } from "./handler.ts";
import { allDone, deadLetter, done, retry } from "./outcome.ts";
import { Suspects } from "./suspects.ts";

type JobHandler = Handler<Job, MemoryTransaction>;

/** One item per name; a name that begins with "-" removes a job. */
function items(names: readonly string[], handler: JobHandler): Item<MemoryTransaction>[] {
  const subscriptions: Subscriptions<MemoryTransaction> = subscriptionsOf(jobsQueue, {
    jobAdded: handler,
    jobRemoved: handler,
  });
  return names.map((name, index) => {
    const message = arrived({
      content: JSON.stringify({ name }),
      properties: {
        messageId: `019a4f2e-7b12-7d90-b1c4-${String(index).padStart(12, "0")}`,
        type: name.startsWith("-") ? "job.removed" : "job.added",
      },
    });
    const decoded = decode(message, subscriptions);
    assert.ok("delivery" in decoded);
    return decoded;
  });
}

function options(inbox: MemoryInbox, more: Partial<BatchOptions<MemoryTransaction>> = {}) {
  const suspects = new Suspects<MemoryTransaction>();
  const usual = { suspects, canPostpone: false, redelivered: true, hold: async () => {}, onThrown: () => {} };
  return { inbox, queue: "jobs", ...usual, ...more };
}

const apply: JobHandler = async (deliveries, tx) => {
  for (const { payload } of deliveries) tx.effects.push(payload.name);
  return allDone(deliveries);
};

describe("applying a batch", () => {
  it("uses one transaction and one call for each message type, in order of arrival", async () => {
    const inbox = new MemoryInbox();
    const calls: string[][] = [];
    const batch = items(["a", "-x", "b", "-y"], async (deliveries, tx) => {
      calls.push(deliveries.map(({ payload }) => payload.name));
      return apply(deliveries, tx);
    });
    assert.deepEqual(await applyBatch(batch, options(inbox)), [done, done, done, done]);
    assert.deepEqual(calls, [
      ["a", "b"],
      ["-x", "-y"],
    ]);
    assert.equal(inbox.commits, 2);
    assert.equal(inbox.done.size, 4);
  });

  it("does not call the handler for a message that was done before, and reports it as done", async () => {
    const inbox = new MemoryInbox();
    const batch = items(["a", "b"], apply);
    await applyBatch(batch.slice(0, 1), options(inbox));
    assert.deepEqual(await applyBatch(batch, options(inbox)), [done, done]);
    assert.deepEqual(inbox.effects, ["a", "b"]);
  });

  it("assumes that first deliveries are new; if one was done before, rolls its transaction back and runs the others again", async () => {
    const inbox = new MemoryInbox();
    const thrown: unknown[] = [];
    const calls: string[][] = [];
    const batch = items(["a", "b"], async (deliveries, tx) => {
      calls.push(deliveries.map(({ payload }) => payload.name));
      return apply(deliveries, tx);
    });
    const first = options(inbox, { redelivered: false, onThrown: (error) => thrown.push(error) });
    await applyBatch(batch.slice(0, 1), first);
    assert.deepEqual(await applyBatch(batch, first), [done, done]);
    assert.deepEqual(calls, [["a"], ["a", "b"], ["b"]]);
    assert.deepEqual(inbox.effects, ["a", "b"]);
    assert.deepEqual(thrown, []);
  });

  it("records only what is done", async () => {
    const inbox = new MemoryInbox();
    const batch = items(["a", "b", "c"], async () => [retry("soon"), done, deadLetter("never")]);
    assert.deepEqual(await applyBatch(batch, options(inbox)), [retry("soon"), done, deadLetter("never")]);
    assert.deepEqual([...inbox.done], [batch[1]?.delivery.messageId]);
  });

  it("halves a batch that fails, which finds one failing message among many in few transactions", async () => {
    const inbox = new MemoryInbox();
    const thrown: unknown[] = [];
    const names = Array.from({ length: 64 }, (_, index) => (index === 40 ? "bad" : `job ${index}`));
    const batch = items(names, async (deliveries, tx) => {
      if (deliveries.some(({ payload }) => payload.name === "bad")) throw new Error("bad is bad");
      return apply(deliveries, tx);
    });
    const outcomes = await applyBatch(batch, options(inbox, { onThrown: (error) => thrown.push(error) }));
    assert.deepEqual(
      outcomes,
      names.map((name) => (name === "bad" ? retry("Error: bad is bad") : done)),
    );
    assert.deepEqual(inbox.effects, names.toSpliced(40, 1));
    assert.deepEqual([inbox.commits, thrown.length], [6, 7]);
  });

  it("does not run a single failing delivery twice", async () => {
    let calls = 0;
    const batch = items(["bad"], async () => {
      calls++;
      throw new PermanentError("never");
    });
    assert.deepEqual(await applyBatch(batch, options(new MemoryInbox())), [
      deadLetter("PermanentError: never"),
    ]);
    assert.equal(calls, 1);
  });

  it("reports the causes of an error, but no query and its values", async () => {
    const batch = items(["bad"], async () => {
      throw new Error("Failed query\nparams: secret", { cause: new TypeError("wrong\nsecret") });
    });
    assert.deepEqual(await applyBatch(batch, options(new MemoryInbox())), [
      retry("Error: Failed query (TypeError: wrong)"),
    ]);
  });

  it("holds while the database is unavailable, also while halving a batch", async () => {
    const inbox = new MemoryInbox();
    let held = 0;
    let calls = 0;
    const batch = items(["a", "bad"], async (deliveries, tx) => {
      if (++calls === 2) inbox.failure = new DatabaseTrouble("unavailable");
      if (deliveries.some(({ payload }) => payload.name === "bad")) throw new Error("bad");
      return apply(deliveries, tx);
    });
    const hold = async () => {
      held++;
      inbox.failure = undefined;
    };
    assert.deepEqual(await applyBatch(batch, options(inbox, { hold })), [done, retry("Error: bad")]);
    assert.equal(held, 1);
    assert.deepEqual(inbox.effects, ["a"]);
  });

  it("gives up when `hold` throws", async () => {
    const inbox = new MemoryInbox();
    inbox.failure = new DatabaseTrouble("unavailable");
    const hold = () => Promise.reject(new Error("given up"));
    await assert.rejects(applyBatch(items(["a"], apply), options(inbox, { hold })), /given up/);
  });
});
