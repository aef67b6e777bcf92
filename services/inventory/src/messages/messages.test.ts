import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import type { SentMessage } from "@rabbit-contract/postgres/testing";
import {
  orderCancelled,
  orderCreated,
  orderExpired,
  orderShipped,
  type TestInventory,
  testInventory,
} from "../../testing/inventory.ts";
import { listMovements } from "../queries/movements.ts";
import { getReservation } from "../queries/reservations.ts";

let inventory: TestInventory;
before(async () => {
  inventory = await testInventory();
});
after(() => inventory.close());

const done = { kind: "done" };
const types = (sent: readonly SentMessage[]) => sent.map(({ type }) => type);
const statusOf = async (orderId: string) => (await getReservation(inventory.database, orderId))?.status;

describe("an order that was created", () => {
  it("gets all its lines reserved, and is answered with stock.reserved", async () => {
    await inventory.stockUp("A-1", 5);
    await inventory.stockUp("A-2", 5);
    const id = uuidv7();
    assert.deepEqual(await inventory.handle("orderCreated", [orderCreated(id, { "A-1": 2, "A-2": 5 })]), [
      done,
    ]);

    assert.deepEqual(await inventory.stock("A-1"), [5, 2]);
    assert.deepEqual(await inventory.stock("A-2"), [5, 5]);
    const [answer, ...more] = await inventory.sent();
    assert.deepEqual(more, []);
    assert.equal(answer?.type, "stock.reserved");
    assert.equal(answer?.payload.orderId, id);
    assert.equal(answer?.correlationId, id);
    assert.match(String(answer?.headers["causation-id"]), /^[0-9a-f-]{36}$/);
    const reservation = await getReservation(inventory.database, id);
    assert.equal(reservation?.status, "reserved");
    assert.deepEqual(reservation?.lines, [
      { sku: "A-1", quantity: 2 },
      { sku: "A-2", quantity: 5 },
    ]);
  });

  it("gets nothing if one line is short, and an answer that lists every shortage", async () => {
    await inventory.stockUp("B-1", 5);
    await inventory.stockUp("B-2", 1);
    const id = uuidv7();
    const order = orderCreated(id, { "B-1": 2, "B-2": 2, "NO-SUCH": 1 });
    assert.deepEqual(await inventory.handle("orderCreated", [order]), [done]);

    assert.deepEqual(await inventory.stock("B-1"), [5, 0]);
    assert.deepEqual(await inventory.stock("B-2"), [1, 0]);
    const [answer] = await inventory.sent();
    const shortages = [
      { sku: "B-2", requested: 2, available: 1 },
      { sku: "NO-SUCH", requested: 1, available: 0 },
    ];
    assert.equal(answer?.type, "stock.rejected");
    assert.deepEqual(answer?.payload.shortages, shortages);
    const { status, shortages: kept } = (await getReservation(inventory.database, id)) ?? {};
    assert.deepEqual([status, kept], ["rejected", shortages]);
  });

  it("is reserved in order of arrival within a batch", async () => {
    await inventory.stockUp("C-1", 5);
    const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
    // The first id is the largest: what counts is arrival, not the order of the ids.
    await inventory.handle("orderCreated", [
      orderCreated(third, { "C-1": 3 }),
      orderCreated(second, { "C-1": 3 }),
      orderCreated(first, { "C-1": 2 }),
    ]);
    assert.deepEqual(
      [await statusOf(third), await statusOf(second), await statusOf(first)],
      ["reserved", "rejected", "reserved"],
    );
    assert.deepEqual(await inventory.stock("C-1"), [5, 5]);
    assert.deepEqual(types(await inventory.sent()), ["stock.reserved", "stock.rejected", "stock.reserved"]);
  });

  it("is reserved and answered once, even under other message ids", async () => {
    await inventory.stockUp("D-1", 5);
    const order = orderCreated(uuidv7(), { "D-1": 1 });
    const capitals = { ...order, orderId: order.orderId.toUpperCase() };
    assert.deepEqual(await inventory.handle("orderCreated", [order, capitals]), [done, done]);
    assert.deepEqual(await inventory.handle("orderCreated", [order]), [done]);
    assert.deepEqual(await inventory.stock("D-1"), [5, 1]);
    assert.equal((await inventory.sent()).length, 1);
  });

  it("gets nothing and no answer if it was cancelled or expired before", async () => {
    await inventory.stockUp("E-1", 5);
    const [cancelled, expired] = [uuidv7(), uuidv7()];
    await inventory.handle("orderCancelled", [orderCancelled(cancelled)]);
    await inventory.handle("orderExpired", [orderExpired(expired)]);
    await inventory.handle("orderCreated", [
      orderCreated(cancelled, { "E-1": 1 }),
      orderCreated(expired, { "E-1": 1 }),
    ]);
    assert.deepEqual(await inventory.stock("E-1"), [5, 0]);
    assert.deepEqual(await inventory.sent(), []);
    assert.deepEqual([await statusOf(cancelled), await statusOf(expired)], ["released", "released"]);
  });

  it("with a product on two lines is dead-lettered, and its neighbours are handled", async () => {
    await inventory.stockUp("F-1", 5);
    const [good, bad] = [orderCreated(uuidv7(), { "F-1": 1 }), orderCreated(uuidv7(), { "F-1": 1 })];
    const outcomes = await inventory.handle("orderCreated", [
      { ...bad, lines: [...bad.lines, ...bad.lines] },
      good,
    ]);
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ["dead-letter", "done"],
    );
    assert.deepEqual(await inventory.stock("F-1"), [5, 1]);
    assert.deepEqual(types(await inventory.sent()), ["stock.reserved"]);
    assert.equal(await getReservation(inventory.database, bad.orderId), undefined);
  });
});

describe("an order that was cancelled or expired", () => {
  it("has its stock released exactly once", async () => {
    await inventory.stockUp("G-1", 5);
    const [one, other] = [uuidv7(), uuidv7()];
    await inventory.handle("orderCreated", [
      orderCreated(one, { "G-1": 2 }),
      orderCreated(other, { "G-1": 1 }),
    ]);
    await inventory.handle("orderCancelled", [orderCancelled(one), orderCancelled(one)]);
    await inventory.handle("orderExpired", [orderExpired(one)]);
    assert.deepEqual(await inventory.stock("G-1"), [5, 1]);
    assert.deepEqual([await statusOf(one), await statusOf(other)], ["released", "reserved"]);
  });

  it("changes nothing if it was already rejected or shipped", async () => {
    await inventory.stockUp("H-1", 5);
    const [shipped, rejected] = [uuidv7(), uuidv7()];
    await inventory.handle("orderCreated", [
      orderCreated(shipped, { "H-1": 2 }),
      orderCreated(rejected, { "H-1": 9 }),
    ]);
    await inventory.handle("orderShipped", [orderShipped(shipped, { "H-1": 2 })]);
    await inventory.handle("orderCancelled", [orderCancelled(shipped), orderCancelled(rejected)]);
    assert.deepEqual(await inventory.stock("H-1"), [3, 0]);
    assert.deepEqual([await statusOf(shipped), await statusOf(rejected)], ["taken", "rejected"]);
  });
});

describe("an order that was shipped", () => {
  it("has its stock consumed once, with a movement per line", async () => {
    await inventory.stockUp("I-1", 5);
    await inventory.stockUp("I-2", 5);
    const id = uuidv7();
    const quantities = { "I-1": 2, "I-2": 1 };
    await inventory.handle("orderCreated", [orderCreated(id, quantities)]);
    const shipped = orderShipped(id, quantities);
    assert.deepEqual(await inventory.handle("orderShipped", [shipped, shipped]), [done, done]);
    assert.deepEqual(await inventory.handle("orderShipped", [shipped]), [done]);

    assert.deepEqual(await inventory.stock("I-1"), [3, 0]);
    assert.deepEqual(await inventory.stock("I-2"), [4, 0]);
    assert.equal(await statusOf(id), "taken");
    const [shipment, receipt] = (await listMovements(inventory.database, { sku: "I-1", limit: 10 })) ?? [];
    assert.deepEqual([shipment?.quantity, shipment?.reason, shipment?.orderId], [-2, "shipment", id]);
    assert.deepEqual([receipt?.quantity, receipt?.reason, receipt?.orderId], [5, "receipt", undefined]);
    await inventory.sent();
  });

  it("is retried if its order.created has not arrived, and writes nothing", async () => {
    const id = uuidv7();
    const [outcome] = await inventory.handle("orderShipped", [orderShipped(id, { "I-1": 1 })]);
    assert.equal(outcome?.kind, "retry");
    assert.equal(await getReservation(inventory.database, id), undefined);
  });

  it("is dead-lettered if nothing is reserved for it any more", async () => {
    await inventory.stockUp("J-1", 1);
    const [released, rejected] = [uuidv7(), uuidv7()];
    await inventory.handle("orderCreated", [orderCreated(rejected, { "J-1": 2 })]);
    await inventory.handle("orderCancelled", [orderCancelled(released)]);
    const outcomes = await inventory.handle("orderShipped", [
      orderShipped(released, { "J-1": 1 }),
      orderShipped(rejected, { "J-1": 2 }),
    ]);
    assert.deepEqual(
      outcomes.map(
        (outcome) => outcome.kind === "dead-letter" && /reservation is (\w+)/.exec(outcome.reason)?.[1],
      ),
      ["released", "rejected"],
    );
    assert.deepEqual(await inventory.stock("J-1"), [1, 0]);
    await inventory.sent();
  });
});

describe("stock.low", () => {
  it("is sent once for a batch that takes a product to its threshold, caused by the order that crossed it", async () => {
    await inventory.stockUp("K-1", 10, 5);
    const ids = [uuidv7(), uuidv7(), uuidv7()];
    await inventory.handle(
      "orderCreated",
      ids.map((id) => orderCreated(id, { "K-1": 3 })),
    );
    const sent = await inventory.sent();
    assert.deepEqual(types(sent), ["stock.reserved", "stock.reserved", "stock.reserved", "stock.low"]);
    const { observedAt, ...low } = sent[3]?.payload ?? {};
    assert.deepEqual(low, { sku: "K-1", name: "Product K-1", available: 1, threshold: 5 });
    assert.equal(sent[3]?.correlationId, "K-1");
    assert.equal(sent[3]?.headers["causation-id"], sent[1]?.headers["causation-id"]);
  });

  it("is not sent again below the threshold, but again after the stock was above it", async () => {
    await inventory.stockUp("L-1", 4, 3);
    const [first, second, third] = [uuidv7(), uuidv7(), uuidv7()];
    await inventory.handle("orderCreated", [orderCreated(first, { "L-1": 1 })]);
    assert.deepEqual(types(await inventory.sent()), ["stock.reserved", "stock.low"]);
    await inventory.handle("orderCreated", [orderCreated(second, { "L-1": 1 })]);
    assert.deepEqual(types(await inventory.sent()), ["stock.reserved"]);
    await inventory.handle("orderCancelled", [orderCancelled(first), orderCancelled(second)]);
    assert.deepEqual(types(await inventory.sent()), []);
    await inventory.handle("orderCreated", [orderCreated(third, { "L-1": 4 })]);
    assert.deepEqual(types(await inventory.sent()), ["stock.reserved", "stock.low"]);
    await inventory.handle("orderShipped", [orderShipped(third, { "L-1": 4 })]);
    assert.deepEqual(types(await inventory.sent()), []);
  });
});
