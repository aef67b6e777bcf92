import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  MessagingError,
  type OutboxMessage,
  type PublishedRoute,
  type Publisher,
  pause,
} from "@rabbit-contract/messaging";
import { eventually, RecordingLog } from "@rabbit-contract/messaging/testing";
import { sql } from "drizzle-orm";
import type pg from "pg";
import { type OpenTestDatabase, openTestDatabase } from "../testing/index.ts";
import { appendToOutbox, createDatabase, type Database } from "../transaction.ts";
import { insertIntoOutbox, leaseExpired, leaseFor, recordRefusals } from "./outbox.ts";
import { Relay } from "./relay.ts";

const log = new RecordingLog();

/** A publisher that confirms, fails or hangs as told, and records its messages. */
class FakePublisher implements Publisher {
  ready = true;
  pausedRoutes: readonly PublishedRoute[] = [];
  readonly published: OutboxMessage[] = [];
  outcome: (message: OutboxMessage) => Promise<void> = async () => {};
  readonly #listeners = new Set<() => void>();

  publish(message: OutboxMessage): Promise<void> {
    this.published.push(message);
    return this.outcome(message);
  }

  publishAlone(message: OutboxMessage): Promise<void> {
    return this.publish(message);
  }

  onReady(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  becomeReady(): void {
    this.ready = true;
    for (const listener of this.#listeners) listener();
  }
}

let counter = 0;

function message(): OutboxMessage {
  counter++;
  return {
    id: `019a4f2e-7b10-7c3a-9d51-${counter.toString(16).padStart(12, "0")}`,
    type: "parcel.packed",
    service: "packing",
    exchange: "parcels",
    routingKey: "parcel.packed",
    correlationId: `p-${counter}`,
    timestamp: 1_800_000_000 + counter,
    headers: { "schema-version": 1, tracestate: 'quo"te,ünï' },
    content: `{"n":${counter},"text":"tab\\t 'quote' \\\\ ünï"}`,
  };
}

describe("the outbox", () => {
  let testing: OpenTestDatabase;
  let pool: pg.Pool;
  let rows: Database["sql"];

  before(async () => {
    testing = await openTestDatabase();
    pool = testing.pool;
    rows = testing.database.sql;
  });

  after(() => testing.close());

  beforeEach(async () => {
    await rows.execute(sql`delete from outbox`);
  });

  async function idsInTable(): Promise<string[]> {
    const result = await rows.execute<{ id: string }>(sql`select id from outbox order by id`);
    return result.rows.map((row) => row.id);
  }

  function start(
    publisher: FakePublisher,
    options: { capacity?: number; lease?: number } = {},
  ): { relay: Relay; database: Database } {
    const relay = new Relay({ sql: rows, publisher, log, sweepInterval: 50, ...options });
    return { relay, database: createDatabase(pool, { relay, log }) };
  }

  it("returns every message exactly as it was written", async () => {
    const messages = [message(), message()];
    await insertIntoOutbox(pool, messages, 0);
    assert.deepEqual(
      await leaseExpired(rows, { limit: 10, leaseMilliseconds: 1000 }),
      messages.map((message) => ({ message, attempts: 0 })),
    );
  });

  it("keeps a parked message parked, even if its lease is renewed or a sweep finds its row afterwards", async () => {
    const [first, second] = [message(), message()];
    const ids = [first.id, second.id];
    await insertIntoOutbox(pool, [first, second], 1000);
    const refusals = ids.map((id) => ({ id, reason: "unroutable" as const, refusal: "no queue" }));
    await recordRefusals(rows, refusals, 1);
    await leaseFor(rows, ids, 0);
    await rows.execute(sql`update outbox set leased_until = now() where id = ${second.id}`);
    assert.deepEqual(await leaseExpired(rows, { limit: 10, leaseMilliseconds: 1000 }), []);
    const { rows: leases } = await rows.execute(sql`select leased_until::text from outbox order by id`);
    assert.equal(leases[0]?.leased_until, "infinity");
  });

  it("publishes the messages of a transaction after its commit, and deletes them once confirmed", async () => {
    const publisher = new FakePublisher();
    const { relay, database } = start(publisher);
    const sent = message();
    await database.transaction(async (tx) => {
      appendToOutbox(tx, sent);
      assert.deepEqual(publisher.published, []);
    });
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.deepEqual(publisher.published, [sent]);
    await relay.stop(1000);
  });

  it("publishes nothing of a transaction that fails", async () => {
    const publisher = new FakePublisher();
    const { relay, database } = start(publisher);
    const failure = new Error("the use case failed");
    await assert.rejects(
      database.transaction(async (tx) => {
        appendToOutbox(tx, message());
        throw failure;
      }),
      failure,
    );
    assert.deepEqual(publisher.published, []);
    assert.deepEqual(await idsInTable(), []);
    assert.equal(relay.inMemory, 0);
    await relay.stop(1000);
  });

  it("rolls back and publishes nothing when its messages cannot be written", async () => {
    const publisher = new FakePublisher();
    const { relay, database } = start(publisher);
    const twice = message();
    await assert.rejects(
      database.transaction(async (tx) => {
        await tx.sql.execute(sql`insert into inbox (queue, message_id) values ('undone', ${twice.id})`);
        appendToOutbox(tx, twice);
        appendToOutbox(tx, twice);
      }),
    );
    const { rows: changed } = await rows.execute(sql`select from inbox where queue = 'undone'`);
    assert.equal(changed.length, 0);
    assert.deepEqual(publisher.published, []);
    assert.equal(relay.inMemory, 0);
    await relay.stop(1000);
  });

  it("keeps messages in the table while the broker is down, and sends them when it is back", async () => {
    const publisher = new FakePublisher();
    publisher.ready = false;
    const { relay, database } = start(publisher);
    relay.start();
    const sent = message();
    await database.transaction(async (tx) => appendToOutbox(tx, sent));
    assert.deepEqual(await idsInTable(), [sent.id]);
    assert.deepEqual(publisher.published, []);
    publisher.becomeReady();
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.deepEqual(publisher.published, [sent]);
    await relay.stop(1000);
  });

  it("keeps messages of a paused route in the table until the route is open, and sends the rest", async () => {
    const publisher = new FakePublisher();
    publisher.pausedRoutes = [{ exchange: "parcels", routingKey: "parcel.packed", queues: ["dispatch"] }];
    const { relay, database } = start(publisher);
    relay.start();
    const paused = message();
    const other = { ...message(), routingKey: "parcel.sent" };
    await database.transaction(async (tx) => appendToOutbox(tx, paused));
    await database.transaction(async (tx) => appendToOutbox(tx, other));
    await eventually(async () => assert.deepEqual(await idsInTable(), [paused.id]));
    assert.deepEqual(publisher.published, [other]);
    publisher.pausedRoutes = [];
    publisher.becomeReady();
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.deepEqual(publisher.published, [other, paused]);
    await relay.stop(1000);
  });

  it("publishes a returned message again", async () => {
    const publisher = new FakePublisher();
    const sent = message();
    publisher.outcome = async () => {
      if (publisher.published.length === 1) throw new MessagingError("message-returned", "no queue");
    };
    const { relay, database } = start(publisher);
    relay.start();
    await database.transaction(async (tx) => appendToOutbox(tx, sent));
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.deepEqual(publisher.published, [sent, sent]);
    await relay.stop(1000);
  });

  it("sends the messages of a process that died between commit and publish", async () => {
    const left = message();
    await insertIntoOutbox(pool, [left], 300);
    const publisher = new FakePublisher();
    const { relay } = start(publisher);
    relay.start();
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.deepEqual(publisher.published, [left]);
    await relay.stop(1000);
  });

  it("renews the leases of messages that the broker is slow to confirm, so that no other process sends them", async () => {
    // On a machine that pauses for longer than a lease, the lease ends, and another process may send them.
    await eventually(async () => {
      const slow = new FakePublisher();
      let confirm = () => {};
      slow.outcome = () => new Promise((resolve) => (confirm = resolve));
      const idle = new FakePublisher();
      const { relay, database } = start(slow, { lease: 1500 });
      const other = start(idle, { lease: 1500 }).relay;
      relay.start();
      other.start();
      await database.transaction(async (tx) => appendToOutbox(tx, message()));
      // Twice the lease.
      await pause(3000);
      confirm();
      await Promise.all([relay.stop(5000), other.stop(5000)]);
      assert.deepEqual(await idsInTable(), []);
      assert.deepEqual(idle.published, []);
      assert.equal(slow.published.length, 1);
    });
  });

  it("leaves messages in the table when memory is full, and sends them later", async () => {
    const publisher = new FakePublisher();
    let confirm = () => {};
    publisher.outcome = () => new Promise((resolve) => (confirm = resolve));
    const { relay, database } = start(publisher, { capacity: 1 });
    await database.transaction(async (tx) => appendToOutbox(tx, message()));
    await database.transaction(async (tx) => appendToOutbox(tx, message()));
    assert.equal(publisher.published.length, 1);
    assert.equal((await idsInTable()).length, 2);
    publisher.outcome = async () => {};
    confirm();
    relay.start();
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    assert.equal(publisher.published.length, 2);
    await relay.stop(1000);
  });

  it("lets several sweepers share the table: each message is taken by one", async () => {
    const messages = Array.from({ length: 200 }, message);
    await insertIntoOutbox(pool, messages, 0);
    const publishers = [new FakePublisher(), new FakePublisher(), new FakePublisher()];
    const relays = publishers.map((publisher) => start(publisher, { lease: 60_000 }).relay);
    for (const relay of relays) relay.start();
    await eventually(async () => assert.deepEqual(await idsInTable(), []));
    const published = publishers.flatMap((publisher) => publisher.published.map(({ id }) => id)).sort();
    assert.deepEqual(published, messages.map(({ id }) => id).sort());
    await Promise.all(relays.map((relay) => relay.stop(1000)));
  });

  it("waits for messages in flight when it stops, and accepts no more", async () => {
    const publisher = new FakePublisher();
    let confirm = () => {};
    publisher.outcome = () => new Promise((resolve) => (confirm = resolve));
    const { relay, database } = start(publisher);
    await database.transaction(async (tx) => appendToOutbox(tx, message()));
    const stopped = relay.stop(60_000);
    confirm();
    await stopped;
    assert.deepEqual(await idsInTable(), []);
    const late = message();
    await database.transaction(async (tx) => appendToOutbox(tx, late));
    assert.deepEqual(await idsInTable(), [late.id]);
    assert.equal(publisher.published.length, 1);
  });
});
