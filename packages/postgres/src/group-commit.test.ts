import assert from "node:assert/strict";
import { describe, test } from "node:test";
import pg from "pg";
import { asDatabaseError } from "./database-errors.ts";
import { groupCommit } from "./group-commit.ts";

/** Runs groups only when told to, and records them. */
function controlled() {
  const groups: (readonly string[])[] = [];
  const release: (() => void)[] = [];
  let failure: ((group: readonly string[]) => Error | undefined) | undefined;
  const submit = groupCommit<string, string>(async (group) => {
    groups.push(group);
    await new Promise<void>((resolve) => release.push(resolve));
    const error = failure?.(group);
    if (error) throw error;
    return group.map((request) => request.toUpperCase());
  });
  const next = async () => {
    while (release.length === 0) await new Promise((resolve) => setImmediate(resolve));
    release.shift()?.();
  };
  return {
    groups,
    submit,
    next,
    failWith: (decide: typeof failure) => {
      failure = decide;
    },
  };
}

describe("group commit", () => {
  test("requests that arrive while a group is running form the next group", async () => {
    const { groups, submit, next } = controlled();
    const first = submit("a");
    while (groups.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const others = ["b", "c", "d"].map(submit);
    await next();
    assert.equal(await first, "A");
    await next();
    assert.deepEqual(await Promise.all(others), ["B", "C", "D"]);
    assert.deepEqual(groups, [["a"], ["b", "c", "d"]]);
  });

  test("a large group does not wait for the one that is running, a third group waits for one of the two", async () => {
    const { groups, submit, next } = controlled();
    const first = submit("a");
    while (groups.length === 0) await new Promise((resolve) => setImmediate(resolve));
    const many = Array.from({ length: 40 }, (_, index) => submit(`b${index}`));
    while (groups.length === 1) await new Promise((resolve) => setImmediate(resolve));
    const more = Array.from({ length: 40 }, (_, index) => submit(`c${index}`));
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      groups.map(({ length }) => length),
      [1, 40],
    );
    for (let run = 0; run < 3; run++) await next();
    await Promise.all([first, ...many, ...more]);
    assert.deepEqual(
      groups.map(({ length }) => length),
      [1, 40, 40],
    );
    const later = submit("d");
    await next();
    assert.equal(await later, "D");
  });

  test("a request that fails does not fail the others of its group", async () => {
    const { groups, submit, next, failWith } = controlled();
    failWith((group) => (group.includes("bad") ? new Error("cannot work") : undefined));
    const all = Promise.allSettled(["a", "bad", "c"].map(submit));
    for (let run = 0; run < 5; run++) await next();
    assert.deepEqual(
      (await all).map((result) => (result.status === "fulfilled" ? result.value : String(result.reason))),
      ["A", "Error: cannot work", "C"],
    );
    assert.deepEqual(groups, [["a", "bad", "c"], ["a", "bad"], ["a"], ["bad"], ["c"]]);
  });

  test("while the database is in trouble all requests of a group fail, without a second attempt", async () => {
    const { groups, submit, next, failWith } = controlled();
    const states = ["57014", "55P03", "40001", "40P01", "57P01", "53300", "08006", "25006", "28P01", "42P01"];
    for (const code of states) {
      groups.length = 0;
      const error = Object.assign(new pg.DatabaseError("it failed", 9, "error"), { code });
      failWith(() => asDatabaseError(error, "query"));
      const all = Promise.allSettled(["a", "b"].map(submit));
      await next();
      assert.deepEqual(
        (await all).map(({ status }) => status),
        ["rejected", "rejected"],
      );
      assert.equal(groups.length, 1, code);
    }
    failWith(undefined);
    const later = submit("c");
    await next();
    assert.equal(await later, "C");
  });

  test("a group with too few results is not run again", async () => {
    let runs = 0;
    const submit = groupCommit<string, string>(async () => {
      runs++;
      return ["only one"];
    });
    const all = await Promise.allSettled(["a", "b"].map(submit));
    assert.deepEqual(
      all.map((result) => (result.status === "rejected" ? result.reason.message : result.value)),
      ["2 requests got 1 results", "2 requests got 1 results"],
    );
    assert.equal(runs, 1);
  });

  test("a group is never larger than its limit", async () => {
    const groups: number[] = [];
    const submit = groupCommit<number, number>(async (group) => {
      groups.push(group.length);
      return group;
    });
    const requests = Array.from({ length: 450 }, (_, index) => index);
    assert.deepEqual(await Promise.all(requests.map(submit)), requests);
    assert.deepEqual(groups, [200, 200, 50]);
  });
});
