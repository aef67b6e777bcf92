import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { assertProblem, checkOpenApi } from "@rabbit-contract/service/testing";
import { sql } from "drizzle-orm";
import { product, rejected, reserved } from "../../testing/orders.ts";
import { authorization, type TestServer, testServer } from "../../testing/server.ts";

const unknownId = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
const order = { customerId: "c-1", lines: [{ sku: "LAMP", quantity: 2 }] };

let server: TestServer;
before(async () => {
  server = await testServer();
  await server.orders.stock(product("LAMP"));
});
after(() => server.close());
beforeEach(() => server.orders.clear());

const place = (body: unknown = order, headers: Record<string, string> = {}) =>
  server.call("POST", "/orders", body, headers);

describe("GET /orders/{id}", () => {
  it("shows the history and the reason for a rejection", async () => {
    const { body } = await place();
    await server.orders.handle("stockRejected", [rejected(body.id)]);
    const answer = await server.call("GET", `/orders/${body.id}`);
    assert.equal(answer.status, 200);
    const { shortages } = rejected(body.id);
    assert.deepEqual(answer.body.reason, { code: "insufficient-stock", shortages });
    assert.deepEqual(
      answer.body.history.map(({ status, at, cause }) => ({ status, at, cause })),
      [
        { status: "pending", at: body.createdAt, cause: "placed" },
        { status: "rejected", at: answer.body.updatedAt, cause: "stock.rejected" },
      ],
    );
  });

  it("names the messages and the trace of each step", async () => {
    const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
    const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
    const { id } = (await place(order, { traceparent })).body;
    await server.orders.handle("stockReserved", [reserved(id)]);
    const { body } = await server.call("POST", `/orders/${id}/cancel`);
    const { rows: sent } = await server.orders.database.sql.execute<{ id: string }>(
      sql`select id from outbox order by id`,
    );
    const [, confirmed] = await server.orders.sent();
    assert.deepEqual(
      body.history.map(({ messageId }) => messageId),
      sent.map(({ id }) => id),
    );
    assert.deepEqual(
      body.history.map(({ causationId }) => causationId),
      [undefined, confirmed?.headers["causation-id"], undefined],
    );
    assert.deepEqual(
      body.history.map((step) => step.traceId),
      [traceId, undefined, undefined],
    );
  });

  it("answers 404 for an unknown and for an invalid id", async () => {
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
      found.push(...items.map(({ id }) => id));
      if (next === null) break;
      after = `&after=${next}`;
    }
    assert.deepEqual(found, ids);
    assert.equal(pages, 2);
  });

  it("lists the orders of a customer, or in a status", async () => {
    const mine = (await place()).body;
    const settled = (await place()).body;
    await place({ ...order, customerId: "c-2" });
    await server.orders.handle("stockReserved", [reserved(settled.id)]);
    assert.deepEqual((await list("customerId=c-1&status=pending")).items, [mine]);
    assert.equal((await list("customerId=c-1")).items.length, 2);
    assert.equal((await list("status=pending")).items.length, 2);
    assert.deepEqual(await list("customerId=nobody"), { items: [], next: null });
  });

  it("lists the orders placed in a range of time, of a customer or in a status", async () => {
    const before = (await place()).body;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const inside = (await place()).body;
    await new Promise((resolve) => setTimeout(resolve, 5));
    const behind = (await place()).body;
    const found = async (query: string) => (await list(query)).items.map(({ id }) => id);
    const range = `placedFrom=${inside.createdAt}&placedBefore=${behind.createdAt}`;
    assert.deepEqual(await found(range), [inside.id]);
    assert.deepEqual(await found(`${range}&customerId=c-1&status=pending`), [inside.id]);
    assert.deepEqual(await found(`placedBefore=${inside.createdAt}`), [before.id]);
    assert.deepEqual(await found(`${range}&status=shipped`), []);
  });

  it("refuses invalid statuses, limits, cursors and parameters", async () => {
    const wrong = [
      "status=lost",
      "limit=0",
      "limit=101",
      "limit=x",
      "after=x",
      "placedFrom=yesterday",
      "placedBefore=2026-13-01T00:00:00Z",
      "customerId=a%20b",
      "sort=id",
      "limit=1&limit=2",
    ];
    for (const query of wrong) {
      const answer = await server.call("GET", `/orders?${query}`);
      assertProblem(answer, 422, "invalid-input");
      assert.equal(answer.body.errors[0]?.parameter, query.split("=")[0]);
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

  it("refuse to ship an order that is not confirmed", async () => {
    const { id } = (await place()).body;
    const refused = await server.call("POST", `/orders/${id}/ship`);
    assertProblem(refused, 409, "status-conflict");
    assert.equal(refused.body.orderStatus, "pending");
  });

  it("answer 404 for an unknown id, and refuse a body", async () => {
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
  it("shows customers only their own orders", async () => {
    const mine = await place(order, await authorization("c-1"));
    assert.equal(mine.status, 202);
    const path = `/orders/${mine.body.id}`;
    const other = await authorization("c-2");
    assertProblem(await server.call("GET", path, undefined, other), 404, "not-found");
    assertProblem(await server.call("POST", `${path}/cancel`, undefined, other), 404, "not-found");
    assertProblem(await place(order, other), 403, "forbidden");
    assertProblem(await server.call("GET", "/orders?customerId=c-1", undefined, other), 403, "forbidden");
    assert.deepEqual((await server.call("GET", "/orders", undefined, other)).body.items, []);
    assertProblem(
      await server.call("POST", `${path}/ship`, undefined, await authorization("c-1")),
      403,
      "forbidden",
    );
    const listed = await server.call("GET", "/orders", undefined, await authorization("c-1"));
    assert.deepEqual(
      listed.body.items.map(({ id }) => id),
      [mine.body.id],
    );
    const cancelled = await server.call("POST", `${path}/cancel`, undefined, await authorization("c-1"));
    assert.equal(cancelled.body.status, "cancelled");
  });

  it("describes every call with a summary and an example", async () => {
    const { body } = await server.call("GET", "/openapi/json");
    assert.deepEqual(checkOpenApi(body), []);
    for (const path of [
      "/orders",
      "/orders/{orderId}",
      "/orders/{orderId}/cancel",
      "/orders/{orderId}/ship",
    ]) {
      assert.ok(path in body.paths, path);
    }
  });
});
async function sentTypes(): Promise<string[]> {
  return (await server.orders.sent()).map(({ type }) => type);
}
