/** Stock, movements and reservations stay consistent for any order, repetition and batching of messages. */
import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { inventoryOrdersQueue } from "@orders/generated/inventory";
import { type Payloads, uuidv7 } from "@rabbit-contract/messaging";
import fc from "fast-check";
import {
  orderCancelled,
  orderCreated,
  orderExpired,
  orderShipped,
  type TestInventory,
  testInventory,
} from "../../testing/inventory.ts";
import { getReservation } from "../queries/reservations.ts";

let inventory: TestInventory;
before(async () => {
  inventory = await testInventory();
});
after(() => inventory.close());

// Printed, so that a failure can be reproduced: SEED=… bun test interleavings
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
console.info(`interleavings: SEED=${seed}`);
const bounds = { seed, numRuns: 25, interruptAfterTimeLimit: 20_000 };

type Key = keyof Payloads<typeof inventoryOrdersQueue>;
const keys: readonly Key[] = ["orderCreated", "orderCancelled", "orderExpired", "orderShipped"];
/** A message about the order with this number. */
type Event = readonly [key: Key, order: number];
/** Pieces of each product, per order. */
type Orders = readonly (readonly number[])[];

const productCount = 3;
const orderCount = 5;
const orders = fc.array(
  fc
    .array(fc.nat(3), { minLength: productCount, maxLength: productCount })
    .filter((line) => line.some((n) => n > 0)),
  { minLength: orderCount, maxLength: orderCount },
);
const order = fc.nat(orderCount - 1);

describe("any sequence of messages", () => {
  it("keeps 0 ≤ reserved ≤ onHand, consistent with movements and reservations, however it is batched", async () => {
    const events = fc.array(fc.tuple(fc.constantFrom(...keys), order), { maxLength: 16 });
    const stock = fc.array(fc.nat(6), { minLength: productCount, maxLength: productCount });
    const sizes = fc.infiniteStream(fc.integer({ min: 1, max: 6 }));
    await fc.assert(
      fc.asyncProperty(events, orders, stock, sizes, async (sequence, quantities, onHand, batchSizes) => {
        const oneByOne = await play(sequence, quantities, onHand, () => 1);
        const batched = await play(sequence, quantities, onHand, () => batchSizes.next().value);
        assert.deepEqual(await inventory.wrongProducts(), []);
        assert.deepEqual(batched, oneByOne);
      }),
      bounds,
    );
  });

  it("that forms possible histories of orders ends in the same state in any order, with any repetition", async () => {
    const stories = fc.array(fc.constantFrom<Key>(...keys), { minLength: orderCount, maxLength: orderCount });
    const repeated = fc.uniqueArray(fc.nat(2 * orderCount - 1));
    await fc.assert(
      fc.asyncProperty(stories, orders, repeated, fc.gen(), async (ends, quantities, again, gen) => {
        const told = ends.flatMap((end, number): Event[] => [
          ["orderCreated", number],
          [end, number],
        ]);
        const all = [...told, ...again.flatMap((index) => told.slice(index, index + 1))];
        const shuffled = gen(fc.shuffledSubarray, all, { minLength: all.length });
        const enough = Array.from({ length: productCount }, () => 3 * orderCount);

        const { statuses, stock } = await play(shuffled, quantities, enough, () =>
          gen(fc.integer, { min: 1, max: 6 }),
        );
        const expected = {
          orderCreated: "reserved",
          orderCancelled: "released",
          orderExpired: "released",
          orderShipped: "taken",
        };
        assert.deepEqual(
          statuses,
          ends.map((end) => expected[end]),
        );
        const sum = (product: number, end: Key) =>
          quantities.reduce(
            (total, line, number) => total + (ends[number] === end ? (line[product] ?? 0) : 0),
            0,
          );
        assert.deepEqual(
          stock,
          enough.map((onHand, product) => [
            onHand - sum(product, "orderShipped"),
            sum(product, "orderCreated"),
          ]),
        );
        assert.deepEqual(await inventory.wrongProducts(), []);
      }),
      bounds,
    );
  });
});

describe("batches on separate connections", () => {
  it("never oversell, and never deadlock", async () => {
    await inventory.stockUp("HOT-1", 50);
    await inventory.stockUp("HOT-2", 50);
    const batches = Array.from({ length: 8 }, (_, batch) =>
      Array.from({ length: 20 }, (_, index) => {
        const lines = batch % 2 === 0 ? { "HOT-1": 1, "HOT-2": 1 } : { "HOT-2": 1, "HOT-1": 1 };
        return orderCreated(uuidv7(), index % 3 === 0 ? { "HOT-1": 2 } : lines);
      }),
    );
    // Each batch of cancellations has the orders of two batches, in reverse.
    const cancelled = batches.map((batch, index) => [...batch, ...(batches[index - 1] ?? [])].reverse());
    await Promise.all([
      ...batches.map((batch) => inventory.handle("orderCreated", batch)),
      ...cancelled.slice(0, 4).map((batch) =>
        inventory.handle(
          "orderCancelled",
          batch.map(({ orderId }) => orderCancelled(orderId)),
        ),
      ),
    ]);
    assert.deepEqual(await inventory.wrongProducts(), []);
    const freed = batches.slice(0, 4).flat();
    for (const { orderId } of freed)
      assert.notEqual((await getReservation(inventory.database, orderId))?.status, "reserved");
  });

  it("reserve and answer an order once that arrives in two of them", async () => {
    await inventory.stockUp("TWICE", 10);
    await inventory.sent();
    const order = orderCreated(uuidv7(), { TWICE: 3 });
    await Promise.all([1, 2, 3, 4].map(() => inventory.handle("orderCreated", [order])));
    assert.deepEqual(await inventory.stock("TWICE"), [10, 3]);
    assert.equal((await inventory.sent()).length, 1);
  });
});

/**
 * Plays a sequence on products and orders of its own. Adjacent messages of one type share a batch, as far as `nextSize`
 * allows. A message whose outcome is `retry` is redelivered once, at the end.
 */
async function play(
  sequence: readonly Event[],
  quantities: Orders,
  onHand: readonly number[],
  nextSize: () => number,
) {
  const run = uuidv7();
  const skus = onHand.map((_, product) => `${run}.${product}`);
  for (const [product, sku] of skus.entries()) await inventory.stockUp(sku, onHand[product] ?? 0);
  const orderIds = quantities.map(() => uuidv7());
  const linesOf = (number: number) =>
    Object.fromEntries(
      skus.map((sku, product) => [sku, quantities[number]?.[product] ?? 0]).filter(([, n]) => n),
    );
  const idOf = (number: number) => orderIds[number] ?? "";

  const again: Event[] = [];
  for (const batch of batchesOf(sequence, nextSize)) again.push(...(await deliver(batch)));
  for (const event of again) await deliver([event]);

  async function deliver(batch: readonly Event[]): Promise<Event[]> {
    const numbers = batch.map(([, number]) => number);
    const outcomes = await handleAll(batch[0]?.[0] ?? "orderCreated", numbers);
    return batch.filter((_, index) => outcomes[index]?.kind === "retry");
  }

  function handleAll(key: Key, numbers: readonly number[]) {
    switch (key) {
      case "orderCreated":
        return inventory.handle(
          key,
          numbers.map((number) => orderCreated(idOf(number), linesOf(number))),
        );
      case "orderCancelled":
        return inventory.handle(
          key,
          numbers.map((number) => orderCancelled(idOf(number))),
        );
      case "orderExpired":
        return inventory.handle(
          key,
          numbers.map((number) => orderExpired(idOf(number))),
        );
      case "orderShipped":
        return inventory.handle(
          key,
          numbers.map((number) => orderShipped(idOf(number), linesOf(number))),
        );
    }
  }

  return {
    statuses: await Promise.all(orderIds.map(statusOf)),
    stock: await Promise.all(skus.map((sku) => inventory.stock(sku))),
  };
}

function batchesOf(sequence: readonly Event[], nextSize: () => number): Event[][] {
  const batches: Event[][] = [];
  let room = 0;
  for (const event of sequence) {
    const batch = batches.at(-1);
    if (batch && room > 0 && batch[0]?.[0] === event[0]) {
      batch.push(event);
    } else {
      batches.push([event]);
      room = nextSize();
    }
    room--;
  }
  return batches;
}

async function statusOf(orderId: string): Promise<string> {
  return (await getReservation(inventory.database, orderId))?.status ?? "unknown";
}
