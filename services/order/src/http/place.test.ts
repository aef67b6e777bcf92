import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { assertProblem } from "@rabbit-contract/service/testing";
import { product, reserved } from "../../testing/orders.ts";
import { type TestServer, testServer } from "../../testing/server.ts";

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
  it("answers 202 with the order and its Location", async () => {
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
      history: [
        { status: "pending", at: createdAt, cause: "placed", messageId: answer.body.history[0]?.messageId },
      ],
    });
    assert.deepEqual((await server.call("GET", `/orders/${id}`)).body, answer.body);
  });

  it("adds up lines of the same product", async () => {
    const lines = [...order.lines, { sku: "BULB", quantity: 1 }, { sku: "LAMP", quantity: 3 }];
    const { body } = await place({ ...order, lines });
    assert.deepEqual(
      body.lines.map((line) => [line.sku, line.quantity]),
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
    ["a SKU that is not a string", withLine({ sku: 1, quantity: 1 }), "/lines/1/sku"],
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
      "an unknown product among other problems",
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

  it("refuses unknown parameters", async () => {
    const answer = await server.call("POST", "/orders?dryRun=true", order);
    assertProblem(answer, 422, "invalid-input");
    assert.equal(answer.body.errors[0]?.parameter, "dryRun");
    await assertNothingWritten();
  });
});

describe("POST /orders with an Idempotency-Key", () => {
  const keyed = (body: unknown = order, more: Record<string, string> = {}) =>
    place(body, { "idempotency-key": "key", ...more });

  it("places one order for 50 equal concurrent requests, with the same answer for all", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => keyed()));
    for (const { status, headers, body } of answers) {
      assert.equal(status, 202);
      assert.equal(headers.get("location"), `/orders/${body.id}`);
      assert.equal(JSON.stringify(body), JSON.stringify(answers[0]?.body));
    }
    assert.equal(await server.orders.count("orders"), 1);
    assert.equal(await server.orders.count("outbox"), 1);
  });

  it("answers a repetition with the first status and the current order", async () => {
    const { body } = await keyed();
    await server.orders.handle("stockReserved", [reserved(body.id)]);
    const again = await keyed({ lines: order.lines, customerId: order.customerId });
    assert.equal(again.status, 202);
    assert.equal(again.body.id, body.id);
    assert.equal(again.body.status, "confirmed");
  });

  it("refuses the same key with another body", async () => {
    await keyed();
    const other = { ...order, lines: [{ sku: "LAMP", quantity: 9 }] };
    assertProblem(await keyed(other), 422, "idempotency-key-reused");
    assert.equal(await server.orders.count("orders"), 1);
  });

  it("keeps the keys of different customers apart", async () => {
    const mine = await keyed();
    const theirs = await keyed({ ...order, customerId: "c-2" });
    assert.deepEqual([mine.status, theirs.status], [202, 202]);
    assert.notEqual(mine.body.id, theirs.body.id);
    assert.equal((await keyed()).body.id, mine.body.id);
  });

  it("stores nothing under the key if a product is unknown", async () => {
    const early = { ...order, lines: [{ sku: "TOMORROW", quantity: 1 }] };
    assertProblem(await keyed(early), 422, "unknown-product", ["/lines/0/sku"]);
    await server.orders.stock(product("TOMORROW"));
    assert.equal((await keyed(early)).status, 202);
    assert.equal((await keyed()).body.type, "urn:problem:idempotency-key-reused");
  });
});
async function assertNothingWritten(): Promise<void> {
  for (const table of ["orders", "idempotency_keys", "outbox"] as const) {
    assert.equal(await server.orders.count(table), 0, table);
  }
}
