import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { type TSchema, Type } from "@sinclair/typebox";
import type { Server } from "../runtime/runtime.ts";
import { expectProblem, memoryLog } from "../testing/http.ts";
import { basket, id, placeBasket, sampleApp } from "../testing/sample-app.ts";
import { listen } from "./app.ts";
import { closed } from "./schema.ts";
import { invalidFields } from "./validation.ts";

const { log } = memoryLog();
let server: Server;

before(async () => {
  server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop());

const place = (body: unknown, headers?: Record<string, string>) => placeBasket(server.url, body, headers);

describe("an invalid body", () => {
  it("is a 422 that names every field by its JSON pointer", async () => {
    const body = {
      owner: "c".repeat(41),
      items: [{ code: "MUG-1", quantity: "3" }, { code: "no", quantity: 0, price: 1 }, { code: "MUG-1" }, 7],
      "a/b~c": true,
    };
    const { errors } = await expectProblem(await place(body), 422, "invalid-input");
    const details: Record<string, string> = Object.fromEntries(
      errors.map((error: { pointer: string; detail: string }) => [error.pointer, error.detail]),
    );
    assert.deepEqual(Object.keys(details).sort(), [
      "/a~1b~0c",
      "/items/0/quantity",
      "/items/1/code",
      "/items/1/price",
      "/items/1/quantity",
      "/items/2/quantity",
      "/items/3",
      "/owner",
    ]);
    assert.equal(details["/items/0/quantity"], 'expected integer, got "3"');
    assert.equal(details["/items/1/quantity"], "expected integer to be greater or equal to 1, got 0");
    assert.equal(details["/items/1/price"], "there is no such field");
    assert.equal(details["/items/2/quantity"], "is required");
  });

  for (const [name, body, pointer] of [
    ["none at all", "", ""],
    ["an array", "[]", ""],
    ["null", "null", ""],
    ["an empty list of items", { ...basket, items: [] }, "/items"],
    ["an object that cannot be turned into text", { ...basket, owner: { toString: 1 } }, "/owner"],
    [
      "a quantity beyond what a double can hold",
      '{"owner":"c","items":[{"code":"A","quantity":1e999}]}',
      "/items/0/quantity",
    ],
    ["half a unit", { ...basket, items: [{ code: "A", quantity: 0.5 }] }, "/items/0/quantity"],
    ["U+0000 in a string", { ...basket, note: "a\0b" }, "/note"],
    ["half a surrogate pair", '{"owner":"\\ud800","items":[{"code":"A","quantity":1}]}', "/owner"],
    ["U+0000 in a field's name", { ...basket, "a\0": 1 }, "/a\0"],
    [
      "a key named __proto__",
      '{"owner":"c","items":[{"code":"A","quantity":1,"__proto__":{"code":"B"}}]}',
      "/items/0/__proto__",
    ],
  ] as const) {
    it(`may be ${name}`, async () => {
      const { errors } = await expectProblem(await place(body), 422, "invalid-input");
      assert.equal(errors[0].pointer, pointer);
      assert.ok(errors[0].detail);
    });
  }

  it("names at most a hundred errors of each kind", async () => {
    const items = Array.from({ length: 20_000 }, () => ({ code: "A", quantity: -1 }));
    const { errors } = await expectProblem(await place({ ...basket, items }), 422, "invalid-input");
    assert.equal(errors.length, 100);
  });
});

describe("invalid parameters", () => {
  const list = (query: string) => fetch(`${server.url}/baskets${query}`);

  it("are read as numbers and booleans, with their defaults", async () => {
    assert.equal((await (await list("")).json()).items.length, 20);
    assert.equal((await (await list("?limit=3&open=true&owner=7")).json()).items.length, 3);
    assert.equal((await (await list("?owner=a%2Cb+c&limit=1")).json()).items[0].owner, "a,b c");
  });

  for (const [query, parameter] of [
    ["?limit=0", "limit"],
    ["?limit=101", "limit"],
    ["?limit=three", "limit"],
    ["?limit=0x10", "limit"],
    ["?limit=1e1", "limit"],
    ["?limit=", "limit"],
    ["?limit=%205", "limit"],
    ["?limit=1&limit=2", "limit"],
    ["?open=yes", "open"],
    ["?unknown=1", "unknown"],
    ["?owner=%00", "owner"],
    ["?__proto__=1", "__proto__"],
    ["?after=made-up", "after"],
  ] as const) {
    it(`make ${query} a 422 that names ${parameter}`, async () => {
      const { errors } = await expectProblem(await list(query), 422, "invalid-input");
      assert.equal(errors.length, 1);
      assert.equal(errors[0].in, "query");
      assert.equal(errors[0].parameter, parameter);
    });
  }

  it("are reported together with an invalid header and body", async () => {
    const response = await fetch(`${server.url}/baskets?dry=1`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "k".repeat(256) },
      body: "{}",
    });
    const { errors } = await expectProblem(response, 422, "invalid-input");
    assert.deepEqual(
      errors.map(({ parameter, pointer }: Record<string, string>) => parameter ?? pointer),
      ["dry", "idempotency-key", "/owner", "/items"],
    );
    assert.equal(errors[1].in, "header");
  });

  it("in a path are a 404, like any unknown id", async () => {
    const unknown = id.replace("5b", "5c");
    for (const path of [unknown, "7", "%00", "a%2Fb", `urn:uuid:${id}`, id.toUpperCase(), "%F0%9F%98%80"]) {
      await expectProblem(await fetch(`${server.url}/baskets/${path}`), 404, "not-found");
    }
  });
});

describe("a value that fits none of several choices", () => {
  const limit = Type.Union([Type.Integer({ minimum: 0, maximum: 1_000_000 }), Type.Null()]);
  const note = Type.Union([Type.String({ maxLength: 5 }), Type.Array(Type.String(), { maxItems: 1 })]);
  const detailOf = (schema: TSchema, value: unknown) => {
    const [error] = invalidFields({ body: closed({ value: schema }) }, new Request("http://localhost/"), {
      value,
    });
    return error?.detail;
  };

  it("is reported with the limit of the choice whose type it has", () => {
    assert.equal(detailOf(limit, 1e15), `expected integer to be less or equal to 1000000, got ${1e15}`);
    assert.equal(detailOf(limit, -1), "expected integer to be greater or equal to 0, got -1");
    assert.match(detailOf(note, "too long") ?? "", /length less or equal to 5, got "too long"/);
    assert.match(detailOf(note, ["a", "b"]) ?? "", /less or equal to 1, got an array of 2/);
  });

  it("is reported with the choices if it has the type of none", () => {
    assert.equal(detailOf(limit, "many"), 'expected one of integer, null, got "many"');
    assert.equal(detailOf(limit, 1.5), "expected one of integer, null, got 1.5");
  });
});
