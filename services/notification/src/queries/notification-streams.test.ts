import assert from "node:assert/strict";
import { after, afterEach, before, describe, it } from "node:test";
import { pause, uuidv7 } from "@rabbit-contract/messaging";
import { eventually, stoppedClock } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import { orderConfirmed } from "../../testing/notification.ts";
import { collect, idsOf, type TestStreams, testStreams } from "../../testing/streams.ts";
import type { NotificationStream } from "./notification-stream.ts";
import type { PositionedNotification } from "./notifications.ts";

let service: TestStreams;
before(async () => {
  service = await testStreams();
});
after(() => service.close());
afterEach(() => service.closeStreams());

async function next(stream: NotificationStream) {
  const { value } = await stream.next();
  assert.ok(value);
  return value;
}

describe("the streams of a process", () => {
  it("poll with one query for all of them, and not at all while none waits", async () => {
    const { state, database } = service.observed();
    const streams = service.streams(database);
    const opened = await Promise.all(Array.from({ length: 100 }, () => streams.open({ customerId: "many" })));
    state.queries = 0;
    const seen = opened.map((stream) => collect(stream));
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "many")]);
    await eventually(() => assert.ok(seen.every(({ length }) => length === 1)));
    assert.ok(state.queries < 100, `${state.queries} queries`);

    for (const stream of opened) stream.close();
    assert.equal(streams.size, 0);
    // A poll that is already due still runs, and finds no waiting stream.
    const before = state.queries;
    const other = collect(await service.streams().open({ customerId: "many" }));
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "many")]);
    await eventually(() => assert.equal(other.length, 1));
    assert.ok(state.queries - before <= 1);
  });

  it("buffer one page for a client that does not read, and finally drop it", async () => {
    using clock = stoppedClock();
    const { state, database } = service.observed();
    const streams = service.streams(database);
    const stream = await streams.open({ customerId: "slow" });
    const orders = Array.from({ length: 150 }, () => orderConfirmed(uuidv7(), "slow"));
    await service.handle("orderConfirmed", orders);
    const first = await next(stream);
    const queries = state.queries;
    await pause(500);
    assert.ok(state.queries - queries <= 1, "no stream waits, so none polls");
    clock.now += 60_000;
    collect(await streams.open({ customerId: "other" }));
    assert.equal(streams.size, 2);
    clock.now += 1;
    await eventually(() => assert.equal(streams.size, 1));

    const rest: PositionedNotification[] = [];
    for (let read = 1; read < 100; read++) rest.push(await next(stream));
    assert.equal((await stream.next()).done, true);
    const last = rest.at(-1);
    const resumed = collect(await streams.open({ customerId: "slow" }, last?.position));
    await eventually(() => assert.equal(resumed.length, 50));
    assert.deepEqual(
      [first, ...rest].map(({ notification }) => notification.id).concat(idsOf(resumed)),
      await service.kept(sql`customer_id = 'slow'`),
    );
  });

  it("continue after a database outage, without gaps", async () => {
    const { state, database } = service.observed();
    const streams = service.streams(database);
    const seen = collect(await streams.open({ customerId: "away" }));
    state.away = true;
    const queries = state.queries;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "away")]);
    await eventually(() => assert.ok(state.queries > queries));
    state.away = false;
    await service.handle("orderConfirmed", [orderConfirmed(uuidv7(), "away")]);
    const expected = await service.kept(sql`customer_id = 'away'`);
    await eventually(() => assert.deepEqual(idsOf(seen), expected));
  });
});
