import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { sql } from "drizzle-orm";
import { uuidv7 } from "#messaging";
import { eventually } from "../../../tests/support/index.ts";
import {
  handleIn,
  orderConfirmed,
  orderShipped,
  silent,
  stockLow,
  type TestNotification,
  testNotification,
} from "../testing/notification.ts";
import type { Position } from "./notifications.ts";
import {
  type NotificationStream,
  NotificationStreams,
  type NotificationStreamsOptions,
  TooManyStreamsError,
} from "./stream-notifications.ts";

let service: TestNotification;
const open = new Set<NotificationStream>();

before(async () => {
  service = await testNotification();
});
after(() => service.close());
afterEach(() => {
  for (const stream of open) stream.close();
  open.clear();
});

function streamsOf(options: Partial<NotificationStreamsOptions> = {}) {
  const streams = new NotificationStreams({
    database: service.database,
    log: silent,
    interval: 5,
    ...options,
  });
  return {
    get size() {
      return streams.size;
    },
    async open(...parameters: Parameters<NotificationStreams["open"]>) {
      const stream = await streams.open(...parameters);
      open.add(stream);
      return stream;
    },
  };
}

interface Seen {
  readonly id: string;
  readonly position: Position;
}

/** Reads on and on into a list. Whatever the list holds then was delivered. */
function collect(stream: NotificationStream, seen: Seen[] = []): Seen[] {
  void (async () => {
    for (;;) {
      const { done, value } = await stream.next();
      if (done) return;
      seen.push({ id: value.notification.id, position: value.position });
    }
  })();
  return seen;
}

async function next(stream: NotificationStream) {
  const { value } = await stream.next();
  assert.ok(value);
  return value;
}

/** Ids of notifications that are there, in the order that streams promise. */
async function kept(condition = sql`true`): Promise<string[]> {
  const { rows } = await service.database.sql.execute<{ id: string }>(
    sql`select id from notifications where ${condition} order by transaction_id, id`,
  );
  return rows.map(({ id }) => id);
}

/** Counts the looks at the table, and fails them at will. */
function observed() {
  const state = { queries: 0, away: false };
  const proxy = new Proxy(service.database.sql, {
    get: (target, name) => {
      if (name === "execute") {
        state.queries++;
        if (state.away) return () => Promise.reject(new Error("away"));
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { state, database: { sql: proxy } };
}

/** A transaction that takes a moment from its first write to its commit, and rolls back now and then. */
async function slowTransaction(index: number): Promise<void> {
  const work = service.database.transaction(async (tx) => {
    const orders = Array.from({ length: 1 + (index % 3) }, () => orderConfirmed(uuidv7(), `c${index % 4}`));
    await handleIn(tx, "orderConfirmed", orders);
    await tx.sql.execute(sql`select pg_sleep(${Math.random() * 0.06})`);
    if (index % 5 === 0) await handleIn(tx, "stockLow", [stockLow()]);
    if (index % 7 === 0) throw new Error("rolled back");
  });
  await work.catch((error: unknown) => assert.match(String(error), /rolled back/));
}

async function concurrently(count: number, atOnce: number, work: (index: number) => Promise<void>) {
  let index = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (index < count) await work(index++);
    }),
  );
}

describe("a stream of notifications", () => {
  it("shows each one once and in order, however transactions overlap", async () => {
    const before = new Set(await kept());
    const streams = streamsOf({ pageSize: 7 });
    const all = collect(await streams.open({}));
    const ofCustomer = collect(await streams.open({ customerId: "c1" }));
    const ofOperators = collect(await streams.open({ customerId: "operators" }));
    await concurrently(140, 5, slowTransaction);

    const late = (ids: readonly string[]) => ids.filter((id) => !before.has(id));
    const expected = late(await kept());
    assert.ok(expected.length > 200);
    await eventually(() => assert.equal(all.length, expected.length));
    assert.deepEqual(
      all.map(({ id }) => id),
      expected,
    );
    const expectedOfCustomer = late(await kept(sql`customer_id = 'c1'`));
    const expectedOfOperators = late(await kept(sql`customer_id = 'operators'`));
    await eventually(() => {
      assert.deepEqual(
        ofCustomer.map(({ id }) => id),
        expectedOfCustomer,
      );
      assert.deepEqual(
        ofOperators.map(({ id }) => id),
        expectedOfOperators,
      );
    });
  });

  it("goes on where it was left, without a gap and without a repetition", async () => {
    const streams = streamsOf({ pageSize: 5 });
    const before = new Set(await kept());
    const seen: Seen[] = [];
    let position = (await streams.open({})).after;
    const readUntil = async (enough: (part: readonly Seen[]) => boolean) => {
      const stream = await streams.open({}, position);
      const part = collect(stream);
      await eventually(() => assert.ok(enough(part)));
      stream.close();
      // What comes after this moment did not reach the client.
      seen.push(...part.filter(({ id }) => !before.has(id)));
      position = part.at(-1)?.position ?? position;
    };
    let writing = true;
    const reading = (async () => {
      while (writing) {
        const count = 1 + Math.floor(Math.random() * 20);
        await readUntil(({ length }) => length >= count || !writing);
      }
    })();
    await concurrently(80, 4, slowTransaction);
    writing = false;
    await reading;
    const expected = (await kept()).filter((id) => !before.has(id));
    await readUntil(({ length }) => seen.length + length >= expected.length);
    assert.deepEqual(
      seen.map(({ id }) => id),
      expected,
    );
  });

  it("starts with what happens from now on, and shows only what it was asked for", async () => {
    const orderId = uuidv7();
    await service.handle("orderConfirmed", [orderConfirmed(orderId, "ada")]);
    const streams = streamsOf();
    const ofOrder = collect(await streams.open({ orderId }));
    const ofBoth = collect(await streams.open({ orderId, customerId: "ada" }));
    const ofNobody = collect(await streams.open({ orderId, customerId: "bob" }));
    await service.handle("orderShipped", [orderShipped(orderId, "ada"), orderShipped(uuidv7(), "ada")]);
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "bob")]);
    const expected = await kept(sql`order_id = ${orderId} and kind = 'order-shipped'`);
    await eventually(() => {
      assert.deepEqual(
        ofOrder.map(({ id }) => id),
        expected,
      );
      assert.deepEqual(
        ofBoth.map(({ id }) => id),
        expected,
      );
    });
    assert.deepEqual(ofNobody, []);
  });

  it("starts with nothing that has committed, whatever else is under way", async () => {
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = service.database.transaction(async (tx) => {
      await handleIn(tx, "stockLow", [stockLow()]);
      begun.resolve();
      await release.promise;
    });
    await begun.promise;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "early")]);
    const early = await kept(sql`customer_id = 'early'`);
    const seen = collect(await streamsOf().open({}));
    release.resolve();
    await slow;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "late")]);
    await eventually(() => assert.equal(seen.length, 2));
    assert.equal(early.length, 1);
    assert.ok(!seen.some(({ id }) => early.includes(id)));
  });

  it("waits for a transaction that is under way, and then shows what it and those behind it wrote", async () => {
    const { state, database } = observed();
    const seen = collect(await streamsOf({ database }).open({ customerId: "overlap" }));
    const [first, second] = [orderConfirmed(uuidv7(), "overlap"), orderConfirmed(uuidv7(), "overlap")];
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const slow = service.database.transaction(async (tx) => {
      await handleIn(tx, "orderConfirmed", [first]);
      written.resolve();
      await commit.promise;
    });
    await written.promise;
    await service.handle("orderConfirmed", [second]);
    const looks = state.queries;
    await eventually(() => assert.ok(state.queries >= looks + 2));
    assert.deepEqual(seen, []);
    commit.resolve();
    await slow;
    const expected = await kept(sql`customer_id = 'overlap'`);
    assert.equal(expected.length, 2);
    await eventually(() =>
      assert.deepEqual(
        seen.map(({ id }) => id),
        expected,
      ),
    );
  });
});

describe("the streams of a process", () => {
  it("look with one query for all of them, and not at all while nobody waits", async () => {
    const { state, database } = observed();
    const streams = streamsOf({ database, interval: 20 });
    const opened = await Promise.all(Array.from({ length: 30 }, () => streams.open({ customerId: "many" })));
    state.queries = 0;
    const seen = opened.map((stream) => collect(stream));
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "many")]);
    await eventually(() => assert.ok(seen.every(({ length }) => length === 1)));
    assert.ok(state.queries < 30, `${state.queries} queries`);

    for (const stream of opened) stream.close();
    assert.equal(streams.size, 0);
    // A look that is due already still wakes up, and finds that nobody waits.
    const before = state.queries;
    const other = collect(await streamsOf().open({ customerId: "many" }));
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "many")]);
    await eventually(() => assert.equal(other.length, 1));
    assert.ok(state.queries - before <= 1);
  });

  it("are limited in number, and a closed one makes room", async () => {
    const streams = streamsOf({ limit: 2 });
    const [first] = [await streams.open({}), await streams.open({})];
    await assert.rejects(streams.open({}), TooManyStreamsError);
    first.close();
    await streams.open({});
    await assert.rejects(streams.open({}), TooManyStreamsError);
  });

  it("hold one page for a client that does not read, and give it up in the end", async () => {
    const { state, database } = observed();
    const streams = streamsOf({ database, pageSize: 3, patience: 50 });
    const stream = await streams.open({ customerId: "slow" });
    const orders = Array.from({ length: 10 }, () => orderConfirmed(uuidv7(), "slow"));
    await service.handle("orderConfirmed", orders);
    const first = await next(stream);
    const queries = state.queries;
    await eventually(() => assert.ok(stream.unreadFor > 60));
    assert.ok(state.queries - queries <= 1, "nobody waits, so nobody looks");
    collect(await streams.open({ customerId: "other" }));
    await eventually(() => assert.equal(streams.size, 1));

    const rest = [await next(stream), await next(stream)];
    assert.equal((await stream.next()).done, true);
    const last = rest.at(-1);
    const resumed = collect(await streams.open({ customerId: "slow" }, last?.position));
    await eventually(() => assert.equal(resumed.length, 7));
    assert.deepEqual(
      [first, ...rest].map(({ notification }) => notification.id).concat(resumed.map(({ id }) => id)),
      await kept(sql`customer_id = 'slow'`),
    );
  });

  it("go on after the database was away, without a gap", async () => {
    const { state, database } = observed();
    const streams = streamsOf({ database });
    const seen = collect(await streams.open({ customerId: "away" }));
    state.away = true;
    const queries = state.queries;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "away")]);
    await eventually(() => assert.ok(state.queries > queries));
    state.away = false;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "away")]);
    const expected = await kept(sql`customer_id = 'away'`);
    await eventually(() =>
      assert.deepEqual(
        seen.map(({ id }) => id),
        expected,
      ),
    );
  });
});
