import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { sql } from "drizzle-orm";
import { product, request, type TestOrders, testOrders } from "../../testing/orders.ts";
import { idempotentRequest } from "../idempotency.ts";
import { type OrderRequest, type Placement, placeOrders } from "./place-orders.ts";

describe("placing orders", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders({ poolSize: 10 });
    await orders.stock(product("LAMP", { amount: 3950 }), product("BULB", { amount: 450 }));
  });
  after(() => orders.close());
  beforeEach(() => orders.clear());

  it("stores a pending order and sends order.created", async () => {
    const [placement] = await orders.place([
      request({ LAMP: 2, BULB: 6 }, { cause: { traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` } }),
    ]);
    assert.ok(placement?.kind === "placed");
    const { order } = placement;
    assert.match(order.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    assert.equal(order.status, "pending");
    assert.deepEqual(order.total, { amount: 10_600, currency: "EUR" });
    const { rows } = await orders.database.sql.execute<{ id: string }>(sql`select id from outbox`);
    assert.deepEqual(order.history, [
      {
        status: "pending",
        at: order.createdAt,
        cause: "placed",
        messageId: rows[0]?.id,
        traceId: "a".repeat(32),
      },
    ]);
    assert.deepEqual(await orders.order(order.id), order);

    const { id: orderId, customerId, lines, total, createdAt } = order;
    assert.deepEqual(await orders.sent(), [
      {
        type: "order.created",
        correlationId: orderId,
        headers: { "schema-version": 1, traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` },
        payload: { orderId, customerId, lines, total, createdAt },
      },
    ]);
  });

  it("sets the deadline this many seconds after the order was placed", async () => {
    const order = await orders.placeOne({ deadlineSeconds: 90 });
    const { rows } = await orders.database.sql.execute<{ seconds: string }>(
      sql`select extract(epoch from deadline - created_at) as seconds from orders where id = ${order.id}`,
    );
    assert.equal(Number(rows[0]?.seconds), 90);
  });

  it("gives the orders of overlapping transactions times that are in the order of their ids", async () => {
    const { early, placements } = await orders.run(async (context) => {
      await context.tx.sql.execute(sql`select 1`);
      const early = await orders.placeOne();
      const placements = await placeOrders(context, {
        requests: [request({ LAMP: 1 })],
        deadlineSeconds: 90,
      });
      return { early, placements };
    });
    const [late] = placements;
    assert.ok(late?.kind === "placed");
    assert.ok(late.order.id > early.id);
    assert.ok(late.order.createdAt >= early.createdAt, `${late.order.createdAt} < ${early.createdAt}`);
  });

  it("refuses one order of several without affecting the others", async () => {
    const placements = await orders.place([
      request({ LAMP: 1 }),
      request({ NOTHING: 1 }),
      request({ BULB: 1 }),
    ]);
    assert.deepEqual(kinds(placements), ["placed", "CannotBePriced", "placed"]);
    assert.equal(await orders.count("orders"), 2);
    assert.equal(await orders.count("outbox"), 2);
  });

  it("answers a repeated request even if the order could no longer be placed", async () => {
    await orders.stock(product("CUP", { currency: "EUR" }));
    const mixed = idempotent(request({ LAMP: 1, CUP: 1 }), "key");
    await orders.place([mixed]);
    await orders.stock(product("CUP", { version: 2, currency: "GBP" }));
    assert.deepEqual(kinds(await orders.place([mixed])), ["repeated"]);
  });

  it("does not deadlock if requests share keys in different orders, and places one order per key", async () => {
    const keys = ["a", "b", "c", "d"];
    const batches = Array.from({ length: 24 }, (_, index) => {
      const rotated = [...keys.slice(index % 4), ...keys.slice(0, index % 4)];
      return rotated.map((key) => idempotent(request({ LAMP: 1 }), key));
    });
    const answers = (await Promise.all(batches.map((batch) => orders.place(batch)))).flat();
    assert.equal(kinds(answers).filter((kind) => kind === "placed").length, 4);
    assert.equal(await orders.count("orders"), 4);
  });

  it("places one order for equal requests in one call", async () => {
    const equal = idempotent(request({ LAMP: 1 }), "key");
    const other = idempotent(request({ LAMP: 2 }), "key");
    assert.deepEqual(kinds(await orders.place([equal, equal, other])), ["placed", "repeated", "KeyReused"]);
    assert.equal(await orders.count("orders"), 1);
  });

  it("gives a key to the next request of the call if the first one is refused", async () => {
    const refused = idempotent(request({ NOTHING: 1 }), "key");
    const good = idempotent(request({ LAMP: 1 }), "key");
    assert.deepEqual(kinds(await orders.place([refused, good, refused, good])), [
      "CannotBePriced",
      "placed",
      "KeyReused",
      "repeated",
    ]);
    assert.equal(await orders.count("orders"), 1);
    assert.equal(await orders.count("idempotency_keys"), 1);
  });
});

describe("the hash of a request", () => {
  it("is equal for equal bodies in any formatting, and different for different bodies", () => {
    const hash = (body: Parameters<typeof idempotentRequest>[1]) => idempotentRequest("key", body).hash;
    const first = hash({ customerId: "c", lines: [{ sku: "A", quantity: 1 }] });
    // The hash that earlier versions computed: their keys are still in use.
    assert.equal(first, "krk2_mCXVYPWoa-q0BDuptPS3HYclw2KcRxg-J8HA4o");
    assert.equal(hash({ lines: [{ quantity: 1, sku: "A" }], customerId: "c" }), first);
    assert.notEqual(hash({ customerId: "c", lines: [{ sku: "A", quantity: 2 }] }), first);
    assert.notEqual(hash({ customerId: "d", lines: [{ sku: "A", quantity: 1 }] }), first);
  });
});

const kinds = (placements: readonly Placement[]) =>
  placements.map((placement) => (placement.kind === "refused" ? placement.refusal.name : placement.kind));

function idempotent(order: OrderRequest, key: string): OrderRequest {
  return { ...order, idempotency: idempotentRequest(key, order) };
}
