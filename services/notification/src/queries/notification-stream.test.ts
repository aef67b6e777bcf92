import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { eventually, serverUrl } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import pg from "pg";
import { handleIn, orderConfirmed, orderShipped, stockLow } from "../../testing/notification.ts";
import { collect, idsOf, type Seen, type TestStreams, testStreams } from "../../testing/streams.ts";

let service: TestStreams;
before(async () => {
  service = await testStreams();
});
after(() => service.close());
afterEach(() => service.closeStreams());

/**
 * A transaction that takes a moment from its first write to its commit, and sometimes rolls back. One in twenty writes
 * more notifications than a stream reads at once.
 */
async function slowTransaction(index: number): Promise<void> {
  const work = service.database.transaction(async (tx) => {
    const length = index % 20 === 1 ? 130 : 1 + (index % 3);
    const orders = Array.from({ length }, () => orderConfirmed(uuidv7(), `c${index % 4}`));
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
    const before = new Set(await service.kept());
    const streams = service.streams();
    const all = collect(await streams.open({}));
    const ofCustomer = collect(await streams.open({ customerId: "c1" }));
    const ofOperators = collect(await streams.open({ audience: "operators" }));
    await concurrently(140, 5, slowTransaction);

    const late = (ids: readonly string[]) => ids.filter((id) => !before.has(id));
    const expected = late(await service.kept());
    assert.ok(expected.length > 200);
    await eventually(() => assert.equal(all.length, expected.length));
    assert.deepEqual(idsOf(all), expected);
    const expectedOfCustomer = late(await service.kept(sql`customer_id = 'c1'`));
    const expectedOfOperators = late(await service.kept(sql`audience = 'operators'`));
    await eventually(() => {
      assert.deepEqual(idsOf(ofCustomer), expectedOfCustomer);
      assert.deepEqual(idsOf(ofOperators), expectedOfOperators);
    });
  });

  it("resumes where it stopped, without gaps or repetitions", async () => {
    const streams = service.streams();
    const before = new Set(await service.kept());
    const seen: Seen[] = [];
    let position = (await streams.open({})).after;
    const readUntil = async (enough: (part: readonly Seen[]) => boolean) => {
      const stream = await streams.open({}, position);
      const part = collect(stream);
      await eventually(() => assert.ok(enough(part)));
      stream.close();
      // Anything after this moment did not reach the client.
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
    const expected = (await service.kept()).filter((id) => !before.has(id));
    await readUntil(({ length }) => seen.length + length >= expected.length);
    assert.deepEqual(idsOf(seen), expected);
  });

  it("starts now, and shows only the selected ones", async () => {
    const orderId = uuidv7();
    await service.handle("orderConfirmed", [orderConfirmed(orderId, "ada")]);
    const streams = service.streams();
    const ofOrder = collect(await streams.open({ orderId }));
    const ofBoth = collect(await streams.open({ orderId, customerId: "ada" }));
    const ofNobody = collect(await streams.open({ orderId, customerId: "bob" }));
    await service.handle("orderShipped", [orderShipped(orderId, "ada"), orderShipped(uuidv7(), "ada")]);
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "bob")]);
    const expected = await service.kept(sql`order_id = ${orderId} and kind = 'order-shipped'`);
    await eventually(() => {
      assert.deepEqual(idsOf(ofOrder), expected);
      assert.deepEqual(idsOf(ofBoth), expected);
    });
    assert.deepEqual(ofNobody, []);
  });

  it("starts after everything committed, whatever transactions are running", async () => {
    const release = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const slow = service.database.transaction(async (tx) => {
      await handleIn(tx, "stockLow", [stockLow()]);
      begun.resolve();
      await release.promise;
    });
    await begun.promise;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "early")]);
    const early = await service.kept(sql`customer_id = 'early'`);
    const seen = collect(await service.streams().open({}));
    release.resolve();
    await slow;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "late")]);
    await eventually(() => assert.equal(seen.length, 2));
    assert.equal(early.length, 1);
    assert.ok(!seen.some(({ id }) => early.includes(id)));
  });

  it("waits for a running transaction, then shows what it and later ones wrote", async () => {
    const { state, database } = service.observed();
    const seen = collect(await service.streams(database).open({ customerId: "overlap" }));
    const [first, second] = [orderConfirmed(uuidv7(), "overlap"), orderConfirmed(uuidv7(), "overlap")];
    const written = Promise.withResolvers<void>();
    const commit = Promise.withResolvers<void>();
    const slow = service.database.transaction(async (tx) => {
      await handleIn(tx, "orderConfirmed", [first]);
      await tx.sql.execute(sql`select`); // answered only after the insert, which the handler does not wait for
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
    const expected = await service.kept(sql`customer_id = 'overlap'`);
    assert.equal(expected.length, 2);
    await eventually(() => assert.deepEqual(idsOf(seen), expected));
  });
});

describe("positions", () => {
  it("are independent of other databases on the server: a long transaction there delays no stream", async () => {
    const other = new pg.Client({ connectionString: serverUrl("DATABASE_URL") });
    await other.connect();
    try {
      await other.query("begin");
      // Assigns a transaction id, so that the transaction holds back the server's oldest one.
      await other.query("select pg_current_xact_id()");
      const seen = collect(await service.streams().open({ customerId: "busy" }));
      await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "busy")]);
      await eventually(() => assert.equal(seen.length, 1));
    } finally {
      await other.end();
    }
  });

  it("that clients have kept stay valid after the database is restored to another server", async () => {
    const { kept, database } = service;
    await service.handle("orderConfirmed", [
      orderConfirmed(uuidv7(), "moved"),
      orderConfirmed(uuidv7(), "moved"),
    ]);
    const [first = "", second] = await kept(sql`customer_id = 'moved'`);
    // Numbers from before: transaction ids of another server, far beyond this one's.
    const number = "999999999999";
    const resumed = collect(await service.streams().open({ customerId: "moved" }, { number, id: first }));
    const lost = { number, id: "00000000-0000-0000-0000-000000000000" };
    const unknown = collect(await service.streams().open({ customerId: "moved" }, lost));
    await eventually(() => assert.deepEqual(idsOf(resumed), [second]));
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "moved")]);
    const [, , third] = await kept(sql`customer_id = 'moved'`);
    await eventually(() => {
      assert.deepEqual(idsOf(resumed), [second, third]);
      assert.deepEqual(idsOf(unknown), [third]);
    });
    const { rows } = await database.sql.execute(sql`
      select from pg_locks where locktype = 'advisory' and database =
        (select oid from pg_database where datname = current_database())`);
    assert.equal(rows.length, 0);
  });
});
