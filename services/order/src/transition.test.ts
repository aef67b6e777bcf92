import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { product, rejected, reserved, type TestOrders, testOrders } from "../testing/orders.ts";
import { cancelOrder } from "./commands/cancel-order.ts";
import { shipOrder } from "./commands/ship-order.ts";
import { WrongStatus } from "./refusals.ts";
import { stepOf } from "./step.ts";
import { ordersById, transition } from "./transition.ts";

describe("transitions that compete for an order", () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders({ poolSize: 10 });
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());

  const cancel = (orderId: string) => orders.run((context) => cancelOrder(context, { orderId }));
  const ship = (orderId: string) => orders.run((context) => shipOrder(context, { orderId }));
  const life = async (id: string) => (await orders.order(id))?.history.map(({ status }) => status);

  async function waitingForLocks(): Promise<number> {
    const { rows } = await orders.database.sql.execute<{ count: string }>(sql`
      select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`);
    return Number(rows[0]?.count);
  }

  /** Starts `later` while an uncommitted confirmation holds the order, and commits once it waits. */
  async function behindConfirmation<Result>(id: string, later: () => Promise<Result>): Promise<Result> {
    const { result } = await orders.database.transaction(async (tx) => {
      const steps = { [id]: stepOf({}).step };
      await transition(tx, ordersById([id]), {
        to: "confirmed",
        from: ["pending"],
        cause: "stock.reserved",
        steps,
      });
      const result = later();
      await eventually(async () => assert.equal(await waitingForLocks(), 1), { interval: 5 });
      return { result };
    });
    return result;
  }

  it("decide by the status they find once they hold the lock: a waiting shipment finds the order confirmed", async () => {
    const { id } = await orders.placeOne();
    const result = await behindConfirmation(id, () => ship(id));
    assert.equal(result.status, "shipped");
    assert.deepEqual(await life(id), ["pending", "confirmed", "shipped"]);
  });

  it("report the actual previous status: a waiting cancellation cancels a confirmed order", async () => {
    const { id } = await orders.placeOne();
    const result = await behindConfirmation(id, () => cancel(id));
    const cancelled = (await orders.sent()).find(({ type }) => type === "order.cancelled");
    assert.equal(cancelled?.payload.previousStatus, "confirmed");
    assert.deepEqual(await life(id), ["pending", "confirmed", "cancelled"]);
    const times = result.history.map(({ at }) => at);
    assert.deepEqual(times, times.toSorted());
  });

  it("skip an order that was settled while they waited: a waiting rejection changes nothing", async () => {
    const { id } = await orders.placeOne();
    await orders.sent();
    const result = await behindConfirmation(id, () => orders.handle("stockRejected", [rejected(id)]));
    assert.deepEqual(result, [{ kind: "done" }]);
    assert.deepEqual(await life(id), ["pending", "confirmed"]);
    assert.equal((await orders.order(id))?.reason, undefined);
    assert.deepEqual(await orders.sent(), []);
  });

  it("do not deadlock when batches name the same orders in opposite orders", async () => {
    const ids: string[] = [];
    for (let index = 0; index < 30; index++) ids.push((await orders.placeOne()).id);
    await orders.sent();
    const forwards = ids.map(reserved);
    const backwards = ids.toReversed();
    await Promise.all([
      orders.handle("stockReserved", forwards),
      orders.handle("stockRejected", backwards.map(rejected)),
      orders.handle("stockReserved", forwards),
      orders.handle("stockReserved", backwards.map(reserved)),
      // A rejection may come first: then the cancellation is refused.
      ...ids.slice(0, 5).map((id) => cancel(id).catch(exceptWrongStatus)),
    ]);
    const sent = (await orders.sent()).filter(({ type }) => type !== "order.cancelled");
    assert.equal(new Set(sent.map(({ correlationId }) => correlationId)).size, sent.length);
  });
});

function exceptWrongStatus(error: unknown): void {
  if (!(error instanceof WrongStatus)) throw error;
}
