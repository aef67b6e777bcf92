import assert from "node:assert/strict";
import process from "node:process";
import { after, before, describe, it } from "node:test";
import type { SentMessage } from "@rabbit-contract/postgres/testing";
import fc from "fast-check";
import { product, rejected, reserved, type TestOrders, testOrders } from "../../testing/orders.ts";
import type { Order, OrderStatus } from "../order.ts";
import { Refusal } from "../refusals.ts";
import { cancelOrder } from "./cancel-order.ts";
import { shipOrder } from "./ship-order.ts";

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const next: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  pending: ["confirmed", "rejected", "cancelled", "expired"],
  confirmed: ["shipped", "cancelled"],
  rejected: [],
  cancelled: [],
  expired: [],
  shipped: [],
};

const causes: Readonly<Record<OrderStatus, string>> = {
  pending: "placed",
  confirmed: "stock.reserved",
  rejected: "stock.rejected",
  cancelled: "cancel requested",
  expired: "deadline passed",
  shipped: "ship requested",
};

const reasons: Readonly<Partial<Record<OrderStatus, string>>> = {
  rejected: "insufficient-stock",
  cancelled: "cancelled",
  expired: "expired",
};

/** Orders per run; a step names them by index. */
const orderCount = 3;
const index = fc.nat({ max: orderCount - 1 });
const step = fc.oneof(
  fc.record({
    kind: fc.constantFrom("reserve", "reject"),
    orders: fc.array(index, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constantFrom("cancel", "ship"), orders: fc.tuple(index) }),
  fc.record({ kind: fc.constant("expire"), orders: fc.constant([]) }),
);
/** Steps of a round run concurrently, rounds one after the other. */
const rounds = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 5 });
type Step = { readonly kind: string; readonly orders: readonly number[] };

describe(`any interleaving of answers, cancellations, shipments and expiries (SEED=${seed} repeats this run)`, () => {
  let orders: TestOrders;
  before(async () => {
    orders = await testOrders({ poolSize: 5 });
    await orders.stock(product("LAMP"));
  });
  after(() => orders.close());

  async function run({ kind, orders: indices }: Step, ids: readonly string[]): Promise<void> {
    const named = indices.flatMap((one) => ids[one] ?? []);
    if (kind === "reserve") await orders.handle("stockReserved", named.map(reserved));
    else if (kind === "reject") await orders.handle("stockRejected", named.map(rejected));
    else if (kind === "expire") await orders.expire(2);
    else {
      const change = kind === "cancel" ? cancelOrder : shipOrder;
      // A refusal is one of the outcomes.
      await orders
        .run((context) => change(context, { orderId: named[0] ?? "" }))
        .catch((error: unknown) => assert.ok(error instanceof Refusal, String(error)));
    }
  }

  it("leads only to legal histories, with exactly one message per change", async () => {
    const property = fc.asyncProperty(rounds, async (rounds) => {
      const ids: string[] = [];
      for (let one = 0; one < orderCount; one++)
        ids.push((await orders.placeOne({ deadlineSeconds: -1 })).id);
      for (const steps of rounds) await Promise.all(steps.map((one) => run(one, ids)));

      const sent = await orders.sent();
      for (const id of ids) assertLegal(await orders.order(id), sent);
      // Orders that are still pending must not expire in the next run.
      while ((await orders.expire()) > 0);
      await orders.sent();
    });
    await fc.assert(property, { seed, numRuns: 60, interruptAfterTimeLimit: 20_000 });
  });
});

function assertLegal(order: Order | undefined, sent: readonly SentMessage[]): void {
  assert.ok(order);
  const { id, history, status, reason, createdAt, updatedAt } = order;
  const statuses = history.map((entry) => entry.status);
  assert.equal(statuses[0], "pending");
  for (const [at, one] of statuses.entries()) {
    const previous = statuses[at - 1];
    if (previous !== undefined) assert.ok(next[previous].includes(one), `${previous} → ${one}`);
  }
  assert.equal(statuses.at(-1), status);
  assert.deepEqual(
    history.map(({ cause }) => cause),
    statuses.map((one) => causes[one]),
  );
  assert.equal(reason?.code, reasons[status]);
  const times = history.map(({ at }) => at);
  assert.deepEqual(times, times.toSorted());
  assert.deepEqual([times[0], times.at(-1)], [createdAt, updatedAt]);

  const messages = sent.filter(({ correlationId }) => correlationId === id).map(({ type }) => type);
  const expected = statuses.map((one) => (one === "pending" ? "order.created" : `order.${one}`));
  assert.deepEqual(messages.toSorted(), expected.toSorted());
}
