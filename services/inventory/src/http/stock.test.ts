/** The REST calls for stock on a listening server and a real database. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { CommitOutcomeUnknown } from "@rabbit-contract/postgres";
import { assertProblem } from "@rabbit-contract/service/testing";
import { orderCreated } from "../../testing/inventory.ts";
import { type TestRest, testRest } from "../../testing/rest.ts";
import { recordMovement } from "../commands/record-movement.ts";

let service: TestRest;
before(async () => {
  service = await testRest();
});
after(() => service.close());

describe("stock movements", () => {
  it("change stock on hand by a signed quantity, and are listed newest first", async () => {
    await service.stockUp("MOVE-1", 0);
    const path = "/products/MOVE-1/stock-movements";
    const receipt = await service.call("POST", path, {
      quantity: 10,
      reason: "receipt",
      note: "Delivery note 4711",
    });
    assert.equal(receipt.status, 201);
    const { id, createdAt, ...movement } = receipt.body;
    assert.deepEqual(movement, {
      sku: "MOVE-1",
      quantity: 10,
      reason: "receipt",
      note: "Delivery note 4711",
    });
    assert.equal((await service.call("POST", path, { quantity: -3, reason: "loss" })).status, 201);
    assert.deepEqual((await service.call("GET", "/products/MOVE-1")).body.stock, {
      onHand: 7,
      reserved: 0,
      available: 7,
    });

    const first = await service.call("GET", `${path}?limit=1`);
    assert.deepEqual(
      first.body.items?.map(({ quantity }) => quantity),
      [-3],
    );
    const second = await service.call("GET", `${path}?limit=1&after=${first.body.next}`);
    assert.deepEqual(second.body, { items: [{ ...receipt.body, balance: 10 }], next: null });
  });

  it("are listed with the stock on hand after each, unaffected by movements recorded between two pages", async () => {
    await service.stockUp("MOVE-LEDGER", 0);
    const path = "/products/MOVE-LEDGER/stock-movements";
    assert.deepEqual((await service.call("GET", path)).body, { items: [], next: null });
    const book = (quantity: number) => service.call("POST", path, { quantity, reason: "correction" });
    for (const quantity of [10, -4, 7, -1]) await book(quantity);
    const balances = ({ body }: Awaited<ReturnType<typeof book>>) =>
      body.items?.map(({ balance }) => balance);
    const first = await service.call("GET", `${path}?limit=2`);
    assert.deepEqual(balances(first), [12, 13]);
    await book(100);
    const second = await service.call("GET", `${path}?limit=2&after=${first.body.next}`);
    assert.deepEqual(balances(second), [6, 10]);
    assert.equal(second.body.next, null);
  });

  it("are listed newest first by the database's clock, whatever the process's own clock says", async () => {
    await service.stockUp("MOVE-CLOCK", 0);
    const path = "/products/MOVE-CLOCK/stock-movements";
    const { now } = Date;
    for (const quantity of [3, 2, 1]) {
      Date.now = () => now() + (quantity - 2) * 600_000;
      try {
        await service.run((context) =>
          recordMovement(context, { sku: "MOVE-CLOCK", quantity, reason: "receipt" }),
        );
      } finally {
        Date.now = now;
      }
    }
    const { body } = await service.call("GET", path);
    assert.deepEqual(
      body.items?.map(({ quantity }) => quantity),
      [1, 2, 3],
    );
  });

  it("with an Idempotency-Key are recorded once, however often they are sent", async () => {
    await service.stockUp("MOVE-KEY", 0);
    const path = "/products/MOVE-KEY/stock-movements";
    const receipt = { quantity: 10, reason: "receipt", note: "Delivery note 4711" };
    const send = (body: object, headers = { "idempotency-key": "delivery-4711" }) =>
      service.call("POST", path, body, headers);
    const answers = await Promise.all([
      send(receipt),
      send(receipt),
      send({ reason: "receipt", note: receipt.note, quantity: 10 }),
    ]);
    for (const { status, body } of answers) assert.deepEqual([status, body], [201, answers[0]?.body]);
    assertProblem(await send({ ...receipt, quantity: 11 }), 422, "idempotency-key-reused");
    const other = await service.call("POST", "/products/OTHER/stock-movements", receipt, {
      "idempotency-key": "delivery-4711",
    });
    assertProblem(other, 422, "idempotency-key-reused");
    assert.equal((await service.stock("MOVE-KEY"))?.[0], 10);
    assert.equal((await send(receipt, { "idempotency-key": "another" })).status, 201);
    assert.equal((await service.stock("MOVE-KEY"))?.[0], 20);
  });

  it("are recorded once if the database connection is lost during the commit and the request is repeated", async () => {
    await service.stockUp("MOVE-LOST", 0);
    let lose = true;
    const unlucky = await testRest({
      inventory: service,
      transaction: async (work) => {
        const result = await service.database.transaction(work);
        if (!lose) return result;
        lose = false;
        throw new CommitOutcomeUnknown("the connection was lost after commit had been sent");
      },
    });
    const send = () =>
      unlucky.call(
        "POST",
        "/products/MOVE-LOST/stock-movements",
        { quantity: 5, reason: "receipt" },
        { "idempotency-key": "lost" },
      );
    const lost = await send();
    assertProblem(lost, 503, "outcome-unknown");
    const again = await send();
    assert.deepEqual([again.status, again.body.quantity], [201, 5]);
    assert.equal((await service.stock("MOVE-LOST"))?.[0], 5);
    await unlucky.stop();
  });

  it("never leave less than is reserved", async () => {
    await service.stockUp("MOVE-2", 5);
    await service.handle("orderCreated", [orderCreated(uuidv7(), { "MOVE-2": 3 })]);
    const path = "/products/MOVE-2/stock-movements";
    const refused = await service.call("POST", path, { quantity: -3, reason: "correction" });
    assertProblem(refused, 409, "stock-conflict");
    assert.deepEqual(refused.body.stock, { onHand: 5, reserved: 3, available: 2 });
    assert.equal((await service.call("GET", path)).body.items?.length, 1);
    assert.equal((await service.call("POST", path, { quantity: -2, reason: "correction" })).status, 201);
    assert.deepEqual((await service.call("GET", "/products/MOVE-2")).body.stock, {
      onHand: 3,
      reserved: 3,
      available: 0,
    });
    await service.sent();
  });

  it("add up when concurrent, and stop when stock runs out", async () => {
    await service.stockUp("MOVE-3", 5);
    const path = "/products/MOVE-3/stock-movements";
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => service.call("POST", path, { quantity: -1, reason: "loss" })),
    );
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 201, 201, 201, 201, 409, 409, 409]);
    assert.deepEqual(await service.wrongProducts(), []);
  });

  it("send stock.low once when they take a product to its threshold", async () => {
    await service.stockUp("MOVE-4", 10, 4);
    const path = "/products/MOVE-4/stock-movements";
    for (const quantity of [-5, -1, -1, 3, -1])
      await service.call("POST", path, { quantity, reason: "correction" });
    const sent = await service.sent();
    assert.deepEqual(
      sent.map(({ type, correlationId, payload }) => [
        type,
        correlationId,
        payload.available,
        payload.threshold,
      ]),
      [["stock.low", "MOVE-4", 4, 4]],
    );
  });

  it("refuse a quantity of zero, fractions, more than the maximum, and the system's own reasons", async () => {
    await service.stockUp("MOVE-5", 1);
    const path = "/products/MOVE-5/stock-movements";
    for (const [body, pointer] of [
      [{ quantity: 0, reason: "receipt" }, "/quantity"],
      [{ quantity: 1.5, reason: "receipt" }, "/quantity"],
      [{ quantity: 1e12, reason: "receipt" }, "/quantity"],
      [{ quantity: 1, reason: "shipment" }, "/reason"],
      [{ quantity: 1 }, "/reason"],
      [{ quantity: 1, reason: "receipt", note: "" }, "/note"],
    ] as const) {
      const answer = await service.call("POST", path, body);
      assertProblem(answer, 422, "invalid-input", [pointer]);
    }
    assertProblem(
      await service.call("POST", path, { quantity: 1_000_000_000, reason: "receipt" }),
      409,
      "stock-conflict",
    );
    assert.deepEqual(await service.stock("MOVE-5"), [1, 0]);
  });

  it("answer 404 for a product that does not exist", async () => {
    const path = "/products/NO-SUCH/stock-movements";
    assertProblem(await service.call("POST", path, { quantity: 1, reason: "receipt" }), 404, "not-found");
    assertProblem(await service.call("GET", path), 404, "not-found");
  });
});

describe("GET /reservations/{orderId}", () => {
  it("shows the state of an order's reservation", async () => {
    await service.stockUp("RES-1", 5);
    const [reserved, rejected] = [uuidv7(), uuidv7()];
    await service.handle("orderCreated", [
      orderCreated(reserved, { "RES-1": 2 }),
      orderCreated(rejected, { "RES-1": 9 }),
    ]);
    const { createdAt, updatedAt, ...held } = (await service.call("GET", `/reservations/${reserved}`)).body;
    assert.deepEqual(held, { orderId: reserved, status: "reserved", lines: [{ sku: "RES-1", quantity: 2 }] });
    assert.equal(createdAt, new Date(createdAt ?? "").toISOString());
    const { body } = await service.call("GET", `/reservations/${rejected}`);
    assert.deepEqual(
      [body.status, body.shortages],
      ["rejected", [{ sku: "RES-1", requested: 9, available: 3 }]],
    );
    await service.sent();
  });

  it("answers 404 for an unknown order, and for an invalid id", async () => {
    assertProblem(await service.call("GET", `/reservations/${uuidv7()}`), 404, "not-found");
    assertProblem(await service.call("GET", "/reservations/1"), 404, "not-found");
  });
});
