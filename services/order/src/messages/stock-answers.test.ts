import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { product, rejected, reserved, type TestOrders, testOrders } from "../../testing/orders.ts";
import { cancelOrder } from "../commands/cancel-order.ts";
import { shipOrder } from "../commands/ship-order.ts";

const unknownId = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";

describe("an order", () => {
  let orders: TestOrders;
  let id: string;
  before(async () => {
    orders = await testOrders();
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());
  beforeEach(async () => {
    id = (await orders.placeOne()).id;
    await orders.sent();
  });

  const cancel = () => orders.run((context) => cancelOrder(context, { orderId: id }));
  const ship = () => orders.run((context) => shipOrder(context, { orderId: id }));
  const life = async () =>
    (await orders.order(id))?.history.map(({ status, cause }) => `${status}: ${cause}`);

  it("is confirmed when its stock is reserved, and the customer is notified", async () => {
    assert.deepEqual(await orders.handle("stockReserved", [reserved(id)]), [{ kind: "done" }]);
    const order = await orders.order(id);
    assert.ok(order);
    assert.equal(order.status, "confirmed");
    assert.equal(order.reason, undefined);
    assert.deepEqual(await life(), ["pending: placed", "confirmed: stock.reserved"]);
    assert.equal(order.history[1]?.at, order.updatedAt);
    assert.ok(order.updatedAt >= order.createdAt);

    const [message] = await orders.sent();
    const { customerId, lines, total, updatedAt: confirmedAt } = order;
    assert.equal(message?.type, "order.confirmed");
    assert.equal(message.correlationId, id);
    assert.match(String(message.headers["causation-id"]), /^[0-9a-f-]{36}$/);
    assert.deepEqual(message.payload, { orderId: id, customerId, lines, total, confirmedAt });
  });

  it("is rejected with each shortage if stock is short", async () => {
    const { shortages } = rejected(id);
    await orders.handle("stockRejected", [rejected(id)]);
    const order = await orders.order(id);
    assert.equal(order?.status, "rejected");
    assert.deepEqual(order.reason, { code: "insufficient-stock", shortages });
    assert.deepEqual(await life(), ["pending: placed", "rejected: stock.rejected"]);
    const [message] = await orders.sent();
    assert.equal(message?.type, "order.rejected");
    assert.deepEqual(message.payload, {
      orderId: id,
      customerId: "customer-1",
      shortages,
      rejectedAt: order.updatedAt,
    });
  });

  it("is settled by the first answer; later ones are acked and change nothing", async () => {
    const done = { kind: "done" };
    assert.deepEqual(await orders.handle("stockReserved", [reserved(id), reserved(id)]), [done, done]);
    assert.deepEqual(await orders.handle("stockRejected", [rejected(id), rejected(id)]), [done, done]);
    assert.deepEqual(await life(), ["pending: placed", "confirmed: stock.reserved"]);
    assert.deepEqual(
      (await orders.sent()).map(({ type }) => type),
      ["order.confirmed"],
    );
  });

  it("keeps the first of two rejections in a batch", async () => {
    const other = { ...rejected(id), shortages: [{ sku: "BULB", requested: 9, available: 1 }] };
    await orders.handle("stockRejected", [rejected(id), other]);
    const reason = (await orders.order(id))?.reason;
    assert.deepEqual(reason, { code: "insufficient-stock", shortages: rejected(id).shortages });
    assert.deepEqual((await orders.sent())[0]?.payload.shortages, rejected(id).shortages);
  });

  it("that does not exist has its answer dead-lettered, and its neighbours are settled", async () => {
    const outcomes = await orders.handle("stockReserved", [reserved(unknownId), reserved(id.toUpperCase())]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["dead-letter", "done"],
    );
    assert.match(JSON.stringify(outcomes[0]), new RegExp(unknownId));
    assert.equal((await orders.order(id))?.status, "confirmed");
    const [refused] = await orders.handle("stockRejected", [rejected(unknownId)]);
    assert.equal(refused?.kind, "dead-letter");
  });

  it("can be cancelled while it is pending, and a late reservation is ignored", async () => {
    const order = await cancel();
    assert.equal(order.status, "cancelled");
    assert.deepEqual(order.reason, { code: "cancelled" });
    assert.deepEqual(await orders.order(id), order);
    assert.deepEqual(await orders.handle("stockReserved", [reserved(id)]), [{ kind: "done" }]);
    assert.deepEqual(await life(), ["pending: placed", "cancelled: cancel requested"]);
    const [message, ...others] = await orders.sent();
    assert.deepEqual(others, []);
    assert.equal(message?.type, "order.cancelled");
    assert.deepEqual(message.payload, {
      orderId: id,
      customerId: "customer-1",
      previousStatus: "pending",
      cancelledAt: order.updatedAt,
    });
  });

  it("is shipped once it is confirmed, and only once", async () => {
    await assert.rejects(ship(), { name: "WrongStatus", status: "pending" });
    await orders.handle("stockReserved", [reserved(id)]);
    const order = await ship();
    assert.deepEqual(await ship(), order);
    const [, message, ...others] = await orders.sent();
    assert.deepEqual(others, []);
    assert.equal(message?.type, "order.shipped");
    const { lines, updatedAt: shippedAt } = order;
    assert.deepEqual(message.payload, { orderId: id, customerId: "customer-1", lines, shippedAt });
  });
});
