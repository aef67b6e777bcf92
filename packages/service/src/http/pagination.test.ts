import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Type } from "@sinclair/typebox";
import { cursorOf, type PageQuery, pageOf } from "./pagination.ts";
import { ProblemError } from "./problem.ts";
import { uuid } from "./schema.ts";

const byNumber = cursorOf(Type.Tuple([Type.Integer()]));
const rows = Array.from({ length: 25 }, (_, number) => ({ number }));

/** Rows as a database would return them. */
async function list(after: number, limit: number) {
  return rows.filter(({ number }) => number > after).slice(0, limit);
}

const pageOfNumbers = (query: PageQuery) =>
  byNumber.page(
    query,
    ([number] = [-1], limit) => list(number, limit),
    (row) => [row.number],
  );

describe("pages", () => {
  it("cover all rows, each once", async () => {
    const seen: number[] = [];
    const sizes: number[] = [];
    let after: string | undefined;
    do {
      const page = await pageOfNumbers({ after, limit: 10 });
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

  it("end with null, also when the last one is full or empty", async () => {
    assert.equal((await pageOfNumbers({ limit: 25 })).next, null);
    const empty = await byNumber.page(
      {},
      async () => [],
      () => [0],
    );
    assert.deepEqual(empty, { items: [], next: null });
  });

  it("have a schema with an example", () => {
    const schema = pageOf(Type.Object({ number: Type.Integer() }, { examples: [{ number: 7 }] }), "Numbers");
    assert.deepEqual(schema.examples, [{ items: [{ number: 7 }], next: null }]);
  });
});

describe("a cursor", () => {
  const byTime = cursorOf(Type.Tuple([Type.String(), uuid()]));
  const key: [string, string] = ["2026-01-31T12:00:00.000Z é", "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b"];
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  const keyOf = async (after: string | undefined) => {
    let found: unknown;
    await byTime.page(
      { after },
      async (key) => {
        found = key;
        return [];
      },
      () => key,
    );
    return found;
  };

  it("decodes to its key, and is safe in a URL", async () => {
    const { next } = await byTime.page(
      { limit: 1 },
      async () => [1, 2],
      () => key,
    );
    assert.match(next ?? "", /^[\w-]+$/);
    assert.deepEqual(await keyOf(next ?? ""), key);
    assert.equal(await keyOf(undefined), undefined);
  });

  it("that is invalid is a 422 that names `after`", async () => {
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
      await assert.rejects(
        keyOf(cursor),
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
