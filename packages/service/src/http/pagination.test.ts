import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "@sinclair/typebox";
import { uuid } from "./http.ts";
import { cursorOf, pageOf } from "./pagination.ts";
import { ProblemError } from "./problem.ts";

const byNumber = cursorOf(Type.Tuple([Type.Integer()]));
const rows = Array.from({ length: 25 }, (_, number) => ({ number }));

/** What a database would answer. */
function list(after: number, limit: number) {
  return rows.filter(({ number }) => number > after).slice(0, limit + 1);
}

describe("pages", () => {
  it("lead from the first row to the last, each row once", () => {
    const seen: number[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const [number = -1] = byNumber.decode(after) ?? [];
      const page = byNumber.page(list(number, 10), 10, (row) => [row.number]);
      seen.push(...page.items.map((row) => row.number));
      sizes.push(page.items.length);
      after = page.next ?? undefined;
    } while (after !== undefined);
    assert.deepEqual(
      seen,
      rows.map((row) => row.number),
    );
    assert.deepEqual(sizes, [10, 10, 5]);
  });

  it("end with null, also when the last one is full or empty", () => {
    assert.deepEqual(byNumber.page(list(14, 10), 10, (row) => [row.number]).next, null);
    assert.deepEqual(
      byNumber.page([], 10, () => [0]),
      { items: [], next: null },
    );
  });

  it("have a schema with an example", () => {
    const schema = pageOf(Type.Object({ number: Type.Integer() }, { examples: [{ number: 7 }] }));
    assert.deepEqual(schema.examples, [{ items: [{ number: 7 }], next: null }]);
  });
});

describe("a cursor", () => {
  const byTime = cursorOf(Type.Tuple([Type.String(), uuid()]));
  const key: [string, string] = ["2026-01-31T12:00:00.000Z é", "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  it("comes back as the key it was made of, and is safe in a URL", () => {
    const { next } = byTime.page([1, 2], 1, () => key);
    assert.match(next ?? "", /^[\w-]+$/);
    assert.deepEqual(byTime.decode(next ?? ""), key);
    assert.equal(byTime.decode(undefined), undefined);
  });

  it("that was made up is a 422 that names `after`", () => {
    for (const cursor of [
      "",
      "nonsense",
      "!!!!",
      encode([]),
      encode([1]),
      encode(["x", "not-a-uuid"]),
      encode([...key, "more"]),
      encode(["a\0", key[1]]),
      encode(["\ud800", key[1]]),
      `${encode(key)}=`,
    ]) {
      assert.throws(
        () => byTime.decode(cursor),
        (error) => {
          assert.ok(error instanceof ProblemError);
          assert.equal(error.status, 422);
          assert.match(JSON.stringify(error.problem), /"in":"query","parameter":"after"/);
          return true;
        },
        cursor,
      );
    }
  });
});
