import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { createDatabase, openPool } from "#platform/database.ts";
import { log, product, rejected, reserved } from "../testing/orders.ts";
import { type Answer, type TestServer, testServer } from "../testing/server.ts";
import { createOrderApp } from "./http.ts";

const unknownId = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
const order = { customerId: "c-1", lines: [{ sku: "LAMP", quantity: 2 }] };

let server: TestServer;
before(async () => {
  server = await testServer();
  await server.orders.stock(
    product("LAMP", { amount: 3950, name: "Desk lamp" }),
    product("BULB", { amount: 450 }),
    product("TEA", { currency: "GBP" }),
    product("YACHT", { amount: Number.MAX_SAFE_INTEGER }),
  );
});
after(() => server.close());
beforeEach(() => server.orders.clear());

const place = (body: unknown = order, headers: Record<string, string> = {}) =>
  server.call("POST", "/orders", body, headers);

describe("POST /orders", () => {
  it("answers 202 with the order and where to find it", async () => {
    const answer = await place();
    assert.equal(answer.status, 202);
    const { id, createdAt } = answer.body;
    assert.equal(answer.headers.get("location"), `/orders/${id}`);
    assert.equal(answer.headers.get("preference-applied"), null);
    assert.deepEqual(answer.body, {
      id,
      customerId: "c-1",
      status: "pending",
      lines: [{ sku: "LAMP", name: "Desk lamp", quantity: 2, unitPrice: { amount: 3950, currency: "EUR" } }],
      total: { amount: 7900, currency: "EUR" },
      createdAt,
      updatedAt: createdAt,
      history: [{ status: "pending", at: createdAt, cause: "placed" }],
    });
    assert.deepEqual((await server.call("GET", `/orders/${id}`)).body, answer.body);
  });

  it("hands the client's trace over to the messages", async () => {
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    await place(order, { traceparent });
    assert.equal((await server.orders.sent())[0]?.headers.traceparent, traceparent);
  });

  it("adds up lines of the same product", async () => {
    const lines = [...order.lines, { sku: "BULB", quantity: 1 }, { sku: "LAMP", quantity: 3 }];
    const { body } = await place({ ...order, lines });
    assert.deepEqual(
      body.lines.map((line: { sku: string; quantity: number }) => [line.sku, line.quantity]),
      [
        ["LAMP", 5],
        ["BULB", 1],
      ],
    );
  });

  const withLine = (line: object) => ({ ...order, lines: [order.lines[0], line] });
  const many = (count: number) => Array.from({ length: count }, () => ({ sku: "LAMP", quantity: 1 }));
  const invalid: [what: string, body: unknown, pointer: string][] = [
    ["no object", [], ""],
    ["null", null, ""],
    ["no lines", { customerId: "c-1" }, "/lines"],
    ["an empty order", { ...order, lines: [] }, "/lines"],
    ["too many lines", { ...order, lines: many(101) }, "/lines"],
    ["lines that are an object", { ...order, lines: { 0: order.lines[0] } }, "/lines"],
    ["no customer", { lines: order.lines }, "/customerId"],
    ["a customer that is a number", { ...order, customerId: 7 }, "/customerId"],
    ["a customer with a space", { ...order, customerId: "c 1" }, "/customerId"],
    ["a customer with a line break", { ...order, customerId: "c-1\n" }, "/customerId"],
    ["a customer with U+0000", { ...order, customerId: "c\u0000" }, "/customerId"],
    ["an unknown field", { ...order, coupon: "X" }, "/coupon"],
    ["a price from the client", withLine({ sku: "BULB", quantity: 1, unitPrice: 0 }), "/lines/1/unitPrice"],
    ["a line that is null", { ...order, lines: [null] }, "/lines/0"],
    ["no quantity", withLine({ sku: "BULB" }), "/lines/1/quantity"],
    ["a quantity of 0", withLine({ sku: "BULB", quantity: 0 }), "/lines/1/quantity"],
    ["a negative quantity", withLine({ sku: "BULB", quantity: -1 }), "/lines/1/quantity"],
    ["a huge quantity", withLine({ sku: "BULB", quantity: 1e300 }), "/lines/1/quantity"],
    ["a quantity above the limit", withLine({ sku: "BULB", quantity: 1_000_001 }), "/lines/1/quantity"],
    ["half a piece", withLine({ sku: "BULB", quantity: 0.5 }), "/lines/1/quantity"],
    ["a quantity in quotes", withLine({ sku: "BULB", quantity: "1" }), "/lines/1/quantity"],
    ["a SKU that is no string", withLine({ sku: 1, quantity: 1 }), "/lines/1/sku"],
    ["a SKU of 65 characters", withLine({ sku: "x".repeat(65), quantity: 1 }), "/lines/1/sku"],
  ];
  for (const [what, body, pointer] of invalid) {
    it(`refuses ${what}, and names the field`, async () => {
      const answer = await place(body, { "idempotency-key": "key" });
      assertProblem(answer, 422, "invalid-input", [pointer]);
      await assertNothingWritten();
    });
  }

  const refused: [
    what: string,
    type: string,
    lines: [sku: string, quantity: number][],
    pointers: string[],
  ][] = [
    [
      "unknown products",
      "unknown-product",
      [
        ["LAMP", 1],
        ["NO", 1],
        ["BULB", 1],
        ["NO", 1],
      ],
      ["/lines/1/sku", "/lines/3/sku"],
    ],
    [
      "too many pieces on two lines",
      "quantity-too-high",
      [
        ["LAMP", 1_000_000],
        ["LAMP", 1],
      ],
      ["/lines/1/quantity"],
    ],
    [
      "mixed currencies",
      "mixed-currencies",
      [
        ["LAMP", 1],
        ["TEA", 1],
      ],
      ["/lines/1/sku"],
    ],
    ["a total of 2^53 or more", "total-too-high", [["YACHT", 1_000_000]], ["/lines"]],
    [
      "an unknown product among other faults",
      "unknown-product",
      [
        ["LAMP", 1],
        ["TEA", 1],
        ["NO", 1],
      ],
      ["/lines/1/sku", "/lines/2/sku"],
    ],
  ];
  for (const [what, type, lines, pointers] of refused) {
    it(`refuses ${what}, and names the lines`, async () => {
      const body = { customerId: "c-1", lines: lines.map(([sku, quantity]) => ({ sku, quantity })) };
      assertProblem(await place(body, { "idempotency-key": "key" }), 422, type, pointers);
      await assertNothingWritten();
    });
  }

  it("refuses what is not JSON, not said to be JSON, or nothing at all", async () => {
    const type = { "content-type": "application/json" };
    const post = (body: string | undefined, headers: Record<string, string>) =>
      server.send("/orders", { method: "POST", headers, ...(body !== undefined && { body }) });
    assertProblem(await post('{"customerId": "c-1", "lines": [', type), 400, "invalid-json");
    assertProblem(await post("customerId=c-1", type), 400, "invalid-json");
    assertProblem(
      await post(JSON.stringify(order), { "content-type": "text/plain" }),
      415,
      "unsupported-media-type",
    );
    assertProblem(await post(undefined, type), 422, "invalid-input", [""]);
    await assertNothingWritten();
  });

  it("refuses a body of 2 MB", async () => {
    const answer = await place({ ...order, customerId: "x".repeat(2_000_000) });
    assertProblem(answer, 413, "body-too-large");
    await assertNothingWritten();
  });

  it("refuses parameters that it does not know", async () => {
    const answer = await server.call("POST", "/orders?dryRun=true", order);
    assertProblem(answer, 422, "invalid-input");
    assert.equal(answer.body.errors[0].parameter, "dryRun");
    await assertNothingWritten();
  });
});

describe("POST /orders with an Idempotency-Key", () => {
  const keyed = (body: unknown = order, more: Record<string, string> = {}) =>
    place(body, { "idempotency-key": "key", ...more });

  it("makes one order of 50 equal requests at once, and answers all of them the same", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => keyed()));
    for (const { status, headers, body } of answers) {
      assert.equal(status, 202);
      assert.equal(headers.get("location"), `/orders/${body.id}`);
      assert.equal(JSON.stringify(body), JSON.stringify(answers[0]?.body));
    }
    assert.equal(await server.orders.count("orders"), 1);
    assert.equal(await server.orders.count("outbox"), 1);
  });

  it("answers a repetition with the first status and the order as it is now", async () => {
    const { body } = await keyed();
    await server.orders.handle("stockReserved", [reserved(body.id)]);
    const again = await keyed({ lines: order.lines, customerId: order.customerId });
    assert.equal(again.status, 202);
    assert.equal(again.body.id, body.id);
    assert.equal(again.body.status, "confirmed");
  });

  it("refuses the same key with another body", async () => {
    await keyed();
    assertProblem(await keyed({ ...order, customerId: "c-2" }), 422, "idempotency-key-reused");
    assert.equal(await server.orders.count("orders"), 1);
  });

  it("keeps nothing under the key when a product is unknown", async () => {
    const early = { ...order, lines: [{ sku: "TOMORROW", quantity: 1 }] };
    assertProblem(await keyed(early), 422, "unknown-product", ["/lines/0/sku"]);
    await server.orders.stock(product("TOMORROW"));
    assert.equal((await keyed(early)).status, 202);
    assert.equal((await keyed()).body.type, "urn:problem:idempotency-key-reused");
  });

  it("refuses a key that is too long", async () => {
    const answer = await keyed(order, { "idempotency-key": "k".repeat(256) });
    assertProblem(answer, 422, "invalid-input");
    assert.equal(answer.body.errors[0].parameter, "idempotency-key");
    await assertNothingWritten();
  });
});

describe("GET /orders/{id}", () => {
  it("shows the history and why an order was rejected", async () => {
    const { body } = await place();
    await server.orders.handle("stockRejected", [rejected(body.id)]);
    const answer = await server.call("GET", `/orders/${body.id}`);
    assert.equal(answer.status, 200);
    const { shortages } = rejected(body.id);
    assert.deepEqual(answer.body.reason, { code: "insufficient-stock", shortages });
    assert.deepEqual(answer.body.history, [
      { status: "pending", at: body.createdAt, cause: "placed" },
      { status: "rejected", at: answer.body.updatedAt, cause: "stock.rejected" },
    ]);
  });

  it("does not find an unknown id, nor what is no id", async () => {
    for (const id of [unknownId, "1", "%20", unknownId.toUpperCase(), `${unknownId}'--`]) {
      assertProblem(await server.call("GET", `/orders/${id}`), 404, "not-found");
    }
  });
});

describe("GET /orders", () => {
  const list = async (query: string) => (await server.call("GET", `/orders?${query}`)).body;

  it("lists the newest first, page by page", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 5; index++) ids.unshift((await place()).body.id);
    const found: string[] = [];
    let pages = 0;
    for (let after = ""; pages < 9; pages++) {
      const { items, next } = await list(`limit=2${after}`);
      found.push(...items.map(({ id }: { id: string }) => id));
      if (next === null) break;
      after = `&after=${next}`;
    }
    assert.deepEqual(found, ids);
    assert.equal(pages, 2);
  });

  it("lists those of a customer, in a status", async () => {
    const mine = (await place()).body;
    const settled = (await place()).body;
    await place({ ...order, customerId: "c-2" });
    await server.orders.handle("stockReserved", [reserved(settled.id)]);
    assert.deepEqual((await list("customerId=c-1&status=pending")).items, [mine]);
    assert.equal((await list("customerId=c-1")).items.length, 2);
    assert.equal((await list("status=pending")).items.length, 2);
    assert.deepEqual(await list("customerId=nobody"), { items: [], next: null });
  });

  it("refuses statuses, limits, cursors and parameters that cannot be", async () => {
    const wrong = [
      "status=lost",
      "limit=0",
      "limit=101",
      "limit=x",
      "after=x",
      "customerId=a%20b",
      "sort=id",
      "limit=1&limit=2",
    ];
    for (const query of wrong) {
      const answer = await server.call("GET", `/orders?${query}`);
      assertProblem(answer, 422, "invalid-input");
      assert.equal(answer.body.errors[0].parameter, query.split("=")[0]);
    }
  });
});

describe("POST /orders/{id}/cancel and /ship", () => {
  it("cancel an order, once", async () => {
    const { id } = (await place()).body;
    const first = await server.call("POST", `/orders/${id}/cancel`);
    assert.equal(first.status, 200);
    assert.equal(first.body.status, "cancelled");
    assert.deepEqual(first.body.reason, { code: "cancelled" });
    const second = await server.call("POST", `/orders/${id}/cancel`);
    assert.deepEqual([second.status, second.body], [200, first.body]);
    assert.deepEqual(await sentTypes(), ["order.created", "order.cancelled"]);
  });

  it("ship a confirmed order, once, and then it cannot be cancelled", async () => {
    const { id } = (await place()).body;
    await server.orders.handle("stockReserved", [reserved(id)]);
    const first = await server.call("POST", `/orders/${id}/ship`, {});
    assert.equal(first.body.status, "shipped");
    const second = await server.call("POST", `/orders/${id}/ship`);
    assert.deepEqual([second.status, second.body], [200, first.body]);
    const refused = await server.call("POST", `/orders/${id}/cancel`);
    assertProblem(refused, 409, "status-conflict");
    assert.equal(refused.body.orderStatus, "shipped");
    assert.match(refused.body.detail, /is shipped; only a pending or confirmed order can be cancelled/);
    assert.deepEqual(await sentTypes(), ["order.created", "order.confirmed", "order.shipped"]);
  });

  it("refuse an order that is not confirmed for shipping", async () => {
    const { id } = (await place()).body;
    const refused = await server.call("POST", `/orders/${id}/ship`);
    assertProblem(refused, 409, "status-conflict");
    assert.equal(refused.body.orderStatus, "pending");
  });

  it("do not find an unknown id, and take no body", async () => {
    const { id } = (await place()).body;
    for (const call of ["cancel", "ship"]) {
      assertProblem(await server.call("POST", `/orders/${unknownId}/${call}`), 404, "not-found");
      assertProblem(await server.call("POST", `/orders/1/${call}`), 404, "not-found");
      assertProblem(
        await server.call("POST", `/orders/${id}/${call}`, { force: true }),
        422,
        "invalid-input",
        ["/force"],
      );
    }
    assert.deepEqual(await sentTypes(), ["order.created"]);
  });
});

describe("the order service", () => {
  it("answers other methods with 405 and those that the address takes", async () => {
    const wrong: [method: string, path: string, allow: string][] = [
      ["DELETE", "/orders", "GET, HEAD, OPTIONS, POST"],
      ["PUT", `/orders/${unknownId}`, "GET, HEAD, OPTIONS"],
      ["GET", `/orders/${unknownId}/cancel`, "OPTIONS, POST"],
      ["PATCH", `/orders/${unknownId}/ship`, "OPTIONS, POST"],
    ];
    for (const [method, path, allow] of wrong) {
      const answer = await server.call(method, path);
      assertProblem(answer, 405, "method-not-allowed");
      assert.equal(answer.headers.get("allow"), allow);
    }
    assertProblem(await server.call("GET", "/order"), 404, "not-found");
  });

  it("answers 503 with Retry-After while its database is away, also to those that would wait", async () => {
    const away = "postgres://nobody@127.0.0.1:1/nothing";
    const pool = openPool({ url: away, applicationName: "order-test", log });
    const database = createDatabase(pool, { reserve: () => assert.fail("nothing is sent") });
    const { settlements, orders } = server;
    const app = createOrderApp({ database, outbox: orders.outbox, settlements, deadlineSeconds: 900, log });
    const headers = { "content-type": "application/json", "idempotency-key": "key", prefer: "wait=5" };
    const url = "http://orders.test/orders";
    const post = { method: "POST", headers, body: JSON.stringify(order) };
    for (const request of [new Request(url, post), new Request(url), new Request(`${url}/${unknownId}`)]) {
      const response = await app.handle(request);
      assert.equal(response.status, 503);
      assert.ok(Number(response.headers.get("retry-after")) > 0);
    }
    await database.close();
  });

  it("describes every call with a summary and an example", async () => {
    const { body } = await server.call("GET", "/openapi/json");
    const calls = ["POST /orders", "GET /orders", "GET /orders/{orderId}"];
    for (const call of [...calls, "POST /orders/{orderId}/cancel", "POST /orders/{orderId}/ship"]) {
      const [method = "", path = ""] = call.split(" ");
      const operation = body.paths[path][method.toLowerCase()];
      assert.ok(operation.summary, call);
      const { content } = operation.responses[200];
      assert.ok(content["application/json"].example, call);
    }
    assert.ok(body.paths["/orders"].post.requestBody.content["application/json"].example);
  });
});

function assertProblem(answer: Answer, status: number, type: string, pointers?: readonly string[]): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.body.type, `urn:problem:${type}`);
  assert.equal(answer.body.status, status);
  if (pointers === undefined) return;
  const found: { pointer: string; detail: string }[] = answer.body.errors;
  assert.deepEqual([...new Set(found.map(({ pointer }) => pointer))], pointers);
  for (const { detail } of found) assert.ok(detail);
}

async function assertNothingWritten(): Promise<void> {
  for (const table of ["orders", "idempotency_keys", "outbox"] as const) {
    assert.equal(await server.orders.count(table), 0, table);
  }
}

async function sentTypes(): Promise<string[]> {
  return (await server.orders.sent()).map(({ type }) => type);
}
