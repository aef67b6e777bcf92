import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { product, rejected, reserved } from "../../testing/orders.ts";
import { authorization, type TestServer, testServer } from "../../testing/server.ts";

const order = { customerId: "c-1", lines: [{ sku: "LAMP", quantity: 2 }] };

describe("POST /orders with Prefer: wait=N", () => {
  let server: TestServer;
  before(async () => {
    server = await testServer();
    await server.orders.stock(product("LAMP"));
  });
  after(() => server.close());
  beforeEach(() => server.orders.clear());
  afterEach(() => assert.equal(server.settlements.waiting, 0));

  const place = (headers: Record<string, string>) => server.call("POST", "/orders", order, headers);

  /** Waits until there are this many orders with waiting requests, and returns their ids. */
  const waitedFor = (count: number) =>
    eventually(
      async () => {
        const { rows } = await server.orders.database.sql.execute<{ id: string }>(sql`select id from orders`);
        assert.equal(rows.length, count);
        assert.equal(server.settlements.waiting, count);
        return rows.map(({ id }) => id);
      },
      { interval: 5 },
    );

  it("answers 200 with the settled order", async () => {
    const waiting = place({ prefer: "wait=30" });
    const ids = await waitedFor(1);
    await server.orders.handle("stockReserved", ids.map(reserved));
    const answer = await waiting;
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("preference-applied"), "wait=30");
    assert.equal(answer.headers.get("location"), `/orders/${answer.body.id}`);
    assert.equal(answer.body.status, "confirmed");
    assert.deepEqual(answer.body, await server.orders.order(answer.body.id));
  });

  it("serves many waiting requests, each with its own order", async () => {
    const waiting = Array.from({ length: 20 }, () => place({ prefer: "wait=30" }));
    const ids = await waitedFor(20);
    await server.orders.handle("stockReserved", ids.slice(0, 10).map(reserved));
    await server.orders.handle("stockRejected", ids.slice(10).map(rejected));
    const answers = await Promise.all(waiting);
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    const settled = new Map(answers.map(({ body }) => [body.id, body.status]));
    assert.deepEqual(settled, new Map(ids.map((id, index) => [id, index < 10 ? "confirmed" : "rejected"])));
  });

  it("answers 202 with the pending order once the wait is over", async () => {
    const started = performance.now();
    const answer = await place({ prefer: "respond-async, wait=1" });
    assert.ok(performance.now() - started >= 990);
    assert.equal(answer.status, 202);
    assert.equal(answer.headers.get("preference-applied"), "wait=1");
    assert.equal(answer.body.status, "pending");
  });

  it("answers at once for wait=0, and ignores an invalid preference", async () => {
    const none = await place({ prefer: "wait=0" });
    assert.deepEqual([none.status, none.headers.get("preference-applied")], [202, "wait=0"]);
    const nonsense = await place({ prefer: "wait=forever" });
    assert.deepEqual([nonsense.status, nonsense.headers.get("preference-applied")], [202, null]);
  });

  it("lets a repeated request wait for the first one's order, and keeps the status of the first answer", async () => {
    const keyed = { "idempotency-key": "key" };
    const waiting = [0, 1, 2].map(() => place({ ...keyed, prefer: "wait=30" }));
    const ids = await waitedFor(1);
    await server.orders.handle("stockReserved", ids.map(reserved));
    for (const answer of await Promise.all(waiting)) {
      assert.equal(answer.status, 200);
      assert.equal(answer.body.id, ids[0]);
    }
    const later = await place(keyed);
    assert.equal(later.status, 200);
    assert.equal(later.body.status, "confirmed");
  });

  it("stops waiting when the client disconnects", async () => {
    const client = new AbortController();
    const leaving = fetch(`${server.url}/orders`, {
      method: "POST",
      headers: { ...(await authorization()), "content-type": "application/json", prefer: "wait=30" },
      body: JSON.stringify(order),
      signal: client.signal,
    });
    await waitedFor(1);
    client.abort();
    await assert.rejects(leaving);
    await eventually(() => assert.equal(server.settlements.waiting, 0));
  });

  it("answers 202 at once when the server stops", async () => {
    const other = await testServer();
    try {
      await other.orders.stock(product("LAMP"));
      const waiting = other.call("POST", "/orders", order, { prefer: "wait=30" });
      await eventually(() => assert.equal(other.settlements.waiting, 1));
      await other.stop();
      assert.equal((await waiting).status, 202);
    } finally {
      await other.close();
    }
  });
});
