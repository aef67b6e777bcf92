import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DeadLetter } from "./dead-letter.ts";
import { positionOf } from "./page.ts";
import type { ActionProgress, DeadLetterStore } from "./store.ts";
import { together } from "./together.ts";

/** A store with one queue; the time of each dead letter is its id. */
class FakeStore implements DeadLetterStore {
  readonly queues: readonly string[];
  readonly runs: string[] = [];
  readonly #ids: readonly string[];

  constructor(queue: string, ids: readonly string[]) {
    this.queues = [queue];
    this.#ids = ids;
  }

  get #letters(): DeadLetter[] {
    return this.#ids.map((id) => ({
      queue: this.queues[0] ?? "",
      id,
      deadLetteredAt: id,
      reason: "other",
      attempts: 1,
      contentBytes: 1,
    }));
  }

  async list({ limit, after }: Parameters<DeadLetterStore["list"]>[0]) {
    const deadLetters = this.#letters
      .filter((letter) => !after || positionOf(letter) > after)
      .slice(0, limit);
    return {
      deadLetters,
      queues: [{ queue: this.queues[0] ?? "", messages: this.#ids.length, examined: 0 }],
    };
  }

  async find(_queue: string, id: string) {
    const found = this.#letters.find((letter) => letter.id === id);
    return found && { ...found, headers: {}, content: Buffer.from("x") };
  }

  async *act(...[, { runId = "" } = {}]: Parameters<DeadLetterStore["act"]>) {
    this.runs.push(runId);
    const counts = { runId, total: this.#ids.length, examined: 0, matched: 0, done: 0, failed: 0 };
    yield { ...counts, results: [], complete: false };
    for (const deadLetter of this.#letters) {
      counts.examined++;
      counts.done++;
      yield { ...counts, results: [{ deadLetter, failure: undefined }], complete: false };
    }
    yield { ...counts, results: [], complete: true };
  }
}

describe("several stores of dead letters", () => {
  const stores = [new FakeStore("a", ["1", "4"]), new FakeStore("b", ["2", "3"])];
  const all = together(stores);

  it("are listed as one, by time, across pages", async () => {
    const first = await all.list({ limit: 3 });
    assert.deepEqual(
      first.deadLetters.map(({ id }) => id),
      ["1", "2", "3"],
    );
    const last = first.deadLetters.at(-1);
    assert.ok(last);
    const second = await all.list({ limit: 3, after: positionOf(last) });
    assert.deepEqual(
      second.deadLetters.map(({ id }) => id),
      ["4"],
    );
    assert.deepEqual(
      first.queues.map(({ queue }) => queue),
      ["a", "b"],
    );
  });

  it("are asked alone about their own queue", async () => {
    assert.deepEqual((await all.list({ limit: 3, queue: "b" })).deadLetters.length, 2);
    assert.equal((await all.find("b", "3"))?.queue, "b");
    await assert.rejects(all.list({ limit: 3, queue: "c" }), /has no queue "c", only a, b/);
  });

  it("are acted on one after the other, in one run with a combined report", async () => {
    const reports: ActionProgress[] = [];
    for await (const report of all.act({ kind: "delete", operator: "ada", filter: {} })) reports.push(report);
    assert.deepEqual([reports[0]?.total, reports[0]?.examined, reports[0]?.complete], [4, 0, false]);
    assert.deepEqual(
      reports.flatMap(({ results }) => results.map(({ deadLetter }) => deadLetter.id)),
      ["1", "4", "2", "3"],
    );
    assert.deepEqual(
      reports.map(({ complete }) => complete),
      reports.map((_, index) => index === reports.length - 1),
    );
    assert.deepEqual([reports.at(-1)?.done, reports.at(-1)?.examined], [4, 4]);
    assert.deepEqual(stores[0]?.runs, stores[1]?.runs);
  });
});
