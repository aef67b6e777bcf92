import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { type Progress, reconcile } from "@rabbit-contract/service/reconciliation";
import { sql } from "drizzle-orm";
import { product, rejected, request, reserved, type TestOrders, testOrders } from "../../testing/orders.ts";
import { idempotentRequest } from "../idempotency.ts";
import type { Order } from "../order.ts";
import { listOrders } from "../queries/orders.ts";
import { cancelOrder } from "./cancel-order.ts";
import { type OrderSelection, ordersToSend } from "./reconcile-orders.ts";
import { shipOrder } from "./ship-order.ts";

describe("reconciling orders", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders();
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());
  beforeEach(() => orders.clear());

  async function run(selection: OrderSelection, options: { dryRun?: boolean } = {}): Promise<Progress[]> {
    const { database, outbox } = orders;
    const sources = [ordersToSend(outbox, selection)];
    const signal = new AbortController().signal;
    return Array.fromAsync(reconcile({ database, sources, dryRun: false, signal, ...options }));
  }

  /** Adds messages of others. */
  const fillOutbox = (count: number, { parked = false } = {}) =>
    orders.database.sql.execute(sql`
      insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content,
        leased_until, parked_at)
      select gen_random_uuid(), 'other', '', '', '', '', now(), '{}', '{}',
        'infinity', case when ${parked} then now() end
      from generate_series(1, ${count}::int)`);

  async function settled(): Promise<Record<string, Order>> {
    const placed = await Promise.all(Array.from({ length: 6 }, () => orders.placeOne()));
    const [pending, confirmed, short, cancelled, shipped] = placed;
    assert.ok(pending && confirmed && short && cancelled && shipped);
    const expired = await orders.placeOne({ deadlineSeconds: -1 });
    await orders.handle(
      "stockReserved",
      [confirmed, cancelled, shipped].map(({ id }) => reserved(id)),
    );
    await orders.handle("stockRejected", [rejected(short.id)]);
    await orders.run((context) => cancelOrder(context, { orderId: cancelled.id }));
    await orders.run((context) => shipOrder(context, { orderId: shipped.id }));
    await orders.expire();
    return { pending, confirmed, rejected: short, cancelled, shipped, expired };
  }

  it("repeats the exact messages of settled orders", async () => {
    await settled();
    const first = await orders.sent();
    const said = first.filter(({ type }) => type !== "order.created");
    await run({ from: "2020-01-01T00:00:00.000Z" });
    const again = (await orders.sent()).filter(({ type }) => type !== "order.created");
    const byOrder = (messages: typeof said) =>
      new Map(messages.map(({ type, correlationId, payload }) => [`${type} ${correlationId}`, payload]));
    assert.equal(again.length, 7);
    assert.deepEqual(byOrder(again), byOrder(said));
  });

  it("selects by the database's clock, as lists do, when the process's own is an hour ahead or behind", async () => {
    const placed: string[] = [];
    const { now } = Date;
    for (const hours of [1, 0, -1]) {
      Date.now = () => now() + hours * 3_600_000;
      try {
        const keyed = { idempotency: idempotentRequest(`key ${hours}`, request({ LAMP: 1 })) };
        for (const more of [{}, keyed]) {
          const [placement] = await orders.place([request({ LAMP: 1 }, more)]);
          assert.ok(placement?.kind === "placed");
          placed.push(placement.order.id);
        }
      } finally {
        Date.now = now;
      }
    }
    const { rows } = await orders.database.sql.execute<{ from: string; to: string }>(sql`
      select now() - interval '5 minutes' as from, now() + interval '5 minutes' as to`);
    const [range] = rows;
    assert.ok(range);
    const last = (await run(range, { dryRun: true })).at(-1);
    assert.equal(last?.examined, 6);
    const listed = await listOrders(orders.database.sql, { limit: 10 });
    assert.deepEqual(
      listed.map(({ id }) => id),
      placed.reverse(),
    );
  });

  it("sends order.created only for pending orders", async () => {
    const { pending } = await settled();
    await orders.sent();
    const [report] = await run({ orderIds: [pending?.id ?? ""] });
    assert.deepEqual(report, { complete: true, examined: 1, sent: { "order.created": 1 } });
    const [message] = await orders.sent();
    assert.deepEqual(message?.payload, {
      orderId: pending?.id,
      customerId: pending?.customerId,
      lines: pending?.lines,
      total: pending?.total,
      createdAt: pending?.createdAt,
    });
  });

  it("selects by the time orders were placed, works in batches, and reports after each", async () => {
    await orders.place(Array.from({ length: 405 }, () => request({ LAMP: 1 })));
    await orders.sent();
    const reports = await run({ from: "2020-01-01T00:00:00.000Z" });
    assert.deepEqual(
      reports.map(({ examined, complete }) => [examined, complete]),
      [
        [200, false],
        [400, false],
        [405, true],
      ],
    );
    assert.equal((await orders.sent()).length, 405);
    const tomorrow = new Date(Date.now() + 86_400_000).toISOString();
    assert.deepEqual(await run({ from: tomorrow }), [{ complete: true, examined: 0, sent: {} }]);
    assert.equal((await run({ to: "2020-01-01T00:00:00.000Z" }))[0]?.examined, 0);
  });

  it("only counts in a dry run", async () => {
    await orders.placeOne();
    await orders.sent();
    const [report] = await run({ from: "2020-01-01T00:00:00.000Z" }, { dryRun: true });
    assert.deepEqual(report, { complete: true, examined: 1, sent: { "order.created": 1 } });
    assert.deepEqual(await orders.sent(), []);
  });

  it("waits until the outbox has room, and stops when aborted", async () => {
    await orders.place(Array.from({ length: 600 }, () => request({ LAMP: 1 })));
    await orders.sent();
    const stop = new AbortController();
    const { database, outbox } = orders;
    const sources = [ordersToSend(outbox, { from: "2020-01-01T00:00:00.000Z" })];
    const run = reconcile({ database, sources, dryRun: false, signal: stop.signal });
    await fillOutbox(4_900);
    assert.equal((await run.next()).value?.examined, 200);
    const second = run.next();
    assert.equal((await orders.sent()).length, 5_100);
    await fillOutbox(4_900);
    assert.equal((await second).value?.examined, 400);
    const third = run.next();
    stop.abort();
    assert.equal((await third).done, true);
  });

  it("does not wait for parked messages, which the relay leaves where they are", async () => {
    const { id } = await orders.placeOne();
    await orders.sent();
    await fillOutbox(5_000, { parked: true });
    assert.equal((await run({ orderIds: [id] })).at(-1)?.complete, true);
  });
});
