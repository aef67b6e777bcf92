import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { defineQueue } from "../define/queue.ts";
import { createOutbox, defineService } from "../define/service.ts";
import type { OutboxMessage } from "../message/message.ts";
import { jobAdded, jobRemoved, jobsQueue, MessagingFixture } from "../testing/fixtures.ts";
import { eventually } from "../testing/wait.ts";
import { isOnRoute } from "./address.ts";

const queue = defineQueue({
  ...jobsQueue,
  name: "jobs",
  bindings: [
    { exchange: "areas", routingKey: "job.*.added" },
    { exchange: "everyone", routingKey: "" },
    { exchange: "versions", routingKey: "", arguments: { "x-match": "all", "schema-version": 1 } },
  ],
  messages: { jobAdded, jobRemoved },
});
const areas = {
  exchange: "areas",
  routingKey: "job.{area}.added",
  parameters: { area: {} },
  queues: ["jobs"],
} as const;
const service = defineService({
  name: "shop",
  exchanges: {
    areas: { type: "topic", arguments: { "alternate-exchange": "everyone" } },
    everyone: { type: "fanout" },
    versions: { type: "headers" },
  },
  sends: {
    jobAdded: { message: jobAdded, ...areas },
    jobPlaced: {
      message: jobAdded,
      ...areas,
      parameters: { area: { values: ["north", "south"] } },
    },
    jobNamed: { message: jobAdded, ...areas, parameters: { area: { path: ["name"] } } },
    jobRemoved: { message: jobRemoved, exchange: "everyone", routingKey: "", queues: ["jobs"] },
    jobMarked: { message: jobRemoved, exchange: "versions", routingKey: "", queues: ["jobs"] },
  },
  queues: [queue],
});
const outbox = createOutbox(service, (tx: OutboxMessage[], message) => tx.push(message));

describe("topic, fanout and headers exchanges", () => {
  let messaging: MessagingFixture;
  before(async () => {
    messaging = await MessagingFixture.create();
  });
  after(() => messaging.end());

  it("are declared with their arguments, and route what the outbox sends", async () => {
    const broker = await messaging.ready({ topology: service.topology });
    broker.consume(queue, messaging.inbox, { jobAdded: messaging.apply, jobRemoved: messaging.apply });
    const rows: OutboxMessage[] = [];
    outbox.jobAdded(rows, { name: "topic" }, { parameters: { area: "west" } });
    outbox.jobRemoved(rows, { name: "fanout" });
    outbox.jobMarked(rows, { name: "headers" });
    const [first] = rows;
    assert.ok(first);
    // The key fits no binding: the alternate exchange takes it.
    rows.push({ ...first, id: "0197a2c4-5b1e-7c3a-9d2e-6f1a2b3c4d5e", routingKey: "job.west.moved" });
    await Promise.all(rows.map((row) => broker.publisher.publish(row)));
    await eventually(() =>
      assert.deepEqual(messaging.inbox.effects.toSorted(), ["fanout", "headers", "topic", "topic"]),
    );
    const declared = await messaging.host.exchanges();
    assert.deepEqual(declared.map(({ name, type, arguments: args }) => [name, type, args]).toSorted(), [
      ["areas", "topic", { "alternate-exchange": "everyone" }],
      ["everyone", "fanout", {}],
      ["shop.redelivery", "direct", {}],
      ["versions", "headers", {}],
    ]);
  });
});

describe("a parameter of an address", () => {
  it("is the word of the routing key that the caller or the payload gives", () => {
    const rows: OutboxMessage[] = [];
    outbox.jobAdded(rows, { name: "one" }, { parameters: { area: "west-2" } });
    outbox.jobPlaced(rows, { name: "one" }, { parameters: { area: "north" } });
    outbox.jobNamed(rows, { name: "attic" });
    assert.deepEqual(
      rows.map(({ routingKey }) => routingKey),
      ["job.west-2.added", "job.north.added", "job.attic.added"],
    );
  });

  it("is required by its type, with its values", () => {
    // @ts-expect-error the address has a parameter
    assert.throws(() => outbox.jobAdded([], { name: "one" }), /parameter "area" .* got nothing/);
    const parameters = { area: "east" } as const;
    // @ts-expect-error east is not one of its values
    const send = () => outbox.jobPlaced([], { name: "one" }, { parameters });
    assert.throws(send, {
      code: "message-invalid",
      message:
        'cannot send job.added: the parameter "area" of its address job.{area}.added must be one of north, south, got "east"',
    });
  });

  it("is refused when it is not one word: it would reach other queues, or none", () => {
    for (const area of ["", "a.b", "*", "#", "a*"]) {
      assert.throws(() => outbox.jobAdded([], { name: "one" }, { parameters: { area } }), /must be one word/);
    }
    const area = "a".repeat(246);
    assert.throws(() => outbox.jobAdded([], { name: "one" }, { parameters: { area } }), /at most 255 bytes/);
  });

  it("does not hide which route a message is on", () => {
    const on = (routingKey: string) => isOnRoute({ exchange: "areas", routingKey }, areas);
    assert.deepEqual(["job.west.added", "job.added", "job.a.b.added", "job.west.moved"].map(on), [
      true,
      false,
      false,
      false,
    ]);
  });
});
