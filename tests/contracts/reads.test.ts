import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fieldsOf, watchReads } from "./reads.ts";

interface Payload {
  readonly id: string;
  readonly note?: string;
  readonly lines: readonly { readonly sku: string; readonly price: { readonly amount: number } }[];
}

const payload: Payload = { id: "1", lines: [{ sku: "A", price: { amount: 3 } }] };

function readsOf(handler: (payload: Payload) => unknown): string[] {
  const watched = watchReads(payload);
  const isPayload = (value: unknown): value is Payload => typeof value === "object";
  if (isPayload(watched.payload)) handler(watched.payload);
  return watched.reads();
}

describe("the fields that a handler reads", () => {
  it("are those that it accesses, also in lists and objects", () => {
    assert.deepEqual(
      readsOf(({ id, lines }) => [id, lines.map(({ sku }) => sku)]),
      ["id", "lines[].sku"],
    );
  });

  it("are all fields of what it serializes as JSON", () => {
    assert.deepEqual(
      readsOf(({ lines }) => JSON.stringify(lines)),
      ["lines[].price.amount", "lines[].sku"],
    );
    assert.deepEqual(
      readsOf((whole) => ({ ...whole, lines: 0 })),
      ["id"],
    );
  });

  it("exclude those that it only passes on or omits", () => {
    assert.deepEqual(
      readsOf(({ lines }) => lines.map(({ sku, ...rest }) => ({ rest }))),
      ["lines[].sku"],
    );
  });

  it("include missing ones that it accesses", () => {
    assert.deepEqual(
      readsOf(({ note }) => note),
      ["note"],
    );
    assert.deepEqual(
      readsOf((whole) => "note" in whole),
      ["note"],
    );
  });

  it("include a list if only its length is read", () => {
    assert.deepEqual(
      readsOf(({ lines }) => lines.length),
      ["lines"],
    );
  });
});

describe("the fields of an example", () => {
  it("are its scalars, each once", () => {
    const lines = [...payload.lines, ...payload.lines];
    assert.deepEqual(fieldsOf({ ...payload, lines }), ["id", "lines[].price.amount", "lines[].sku"]);
  });
});
