import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Check, defineMessage, type OutboxMessage } from "../message/message.ts";
import { type Job, jobsQueue, shop } from "../testing/fixtures.ts";
import type { Payloads } from "./queue.ts";
import { createOutbox, defineService, type Outbox } from "./service.ts";
import { systemTopology } from "./topology.ts";

const context = { causationId: "019a4f2e-7b12-7d90-b1c4-0a5e7f3d2c11" };

describe("the outbox of a service", () => {
  it("appends a message with its route, its context and the correlation id of its payload", () => {
    const outbox = createOutbox(shop, (tx: OutboxMessage[], message) => tx.push(message));
    const messages: OutboxMessage[] = [];
    outbox.jobAdded(messages, { name: "one" }, context);
    outbox.jobRemoved(messages, { name: "two" });
    assert.deepEqual(
      messages.map(({ id: _, timestamp: __, ...rest }) => rest),
      [
        {
          type: "job.added",
          service: "shop",
          exchange: "shop",
          routingKey: "job.added",
          correlationId: "job one",
          headers: { "schema-version": 1, "causation-id": context.causationId },
          content: '{"name":"one"}',
        },
        {
          type: "job.removed",
          service: "shop",
          exchange: "shop",
          routingKey: "job.removed",
          correlationId: "job two",
          headers: { "schema-version": 1 },
          content: '{"name":"two"}',
        },
      ],
    );
  });

  it("accepts the headers that the contract declares, and demands those that it requires", () => {
    const { headersType: _, ...message } = shop.sends.jobAdded.message;
    const declared =
      (headers: readonly string[]): Check =>
      (value) =>
        headers.every((name) => Object.hasOwn(Object(value), name))
          ? undefined
          : { pointer: "", message: `must have ${headers.join(" and ")}` };
    const define = <Headers extends object>(required: readonly string[]) => ({
      ...shop.sends.jobAdded,
      message: defineMessage<Job, Headers>({ ...message, checkHeaders: declared(required) }),
    });
    const service = defineService({
      name: "shop",
      sends: {
        asks: define<{ "ce-source": string; priority?: number }>(["ce-source"]),
        takes: define<{ priority?: number }>([]),
      },
      queues: [],
    });
    const messages: OutboxMessage[] = [];
    const outbox = createOutbox(service, (tx: OutboxMessage[], one) => tx.push(one));
    outbox.asks(messages, { name: "one" }, { ...context, headers: { "ce-source": "/shop", priority: 3 } });
    outbox.takes(messages, { name: "two" });
    assert.deepEqual(
      messages.map(({ headers }) => headers),
      [
        { "ce-source": "/shop", priority: 3, "schema-version": 1, "causation-id": context.causationId },
        { "schema-version": 1 },
      ],
    );
    // @ts-expect-error ce-source is required
    assert.throws(() => outbox.asks(messages, { name: "one" }, context), /its headers .*must have ce-source/);
    // @ts-expect-error a header that the contract does not declare
    outbox.takes(messages, { name: "one" }, { headers: { colour: "red" } });
  });

  it("compiles only with the messages and payloads of the service", () => {
    const outbox: Outbox<typeof shop, null> = createOutbox(shop, () => {});
    const payload: Payloads<typeof jobsQueue>["jobAdded"] = { name: "one" } satisfies Job;
    outbox.jobAdded(null, payload);
    // @ts-expect-error the payload of a job has a name
    assert.throws(() => outbox.jobAdded(null, { title: "one" }), /cannot send job\.added/);
    // @ts-expect-error the service does not send this message
    assert.equal(outbox.jobMoved, undefined);
  });
});

describe("the topology of a service", () => {
  const quorum = { "x-queue-type": "quorum", "x-delivery-limit": 1_000_000 };
  const atLeastOnce = { "x-dead-letter-strategy": "at-least-once", "x-overflow": "reject-publish" };

  it("has its exchanges, its queues with their retry tiers and dead letters, and its routes", () => {
    assert.deepEqual(shop.topology, {
      service: "shop",
      exchanges: [
        { name: "shop", type: "direct", durable: true, autoDelete: false },
        { name: "shop.redelivery", type: "direct", durable: true, autoDelete: false },
      ],
      queues: [
        {
          name: "jobs",
          durable: true,
          arguments: {
            ...quorum,
            "x-dead-letter-exchange": "shop.redelivery",
            "x-dead-letter-routing-key": "jobs.dead",
            ...atLeastOnce,
          },
          bindings: [
            { exchange: "shop", routingKey: "job.added" },
            { exchange: "shop", routingKey: "job.removed" },
            { exchange: "shop.redelivery", routingKey: "jobs" },
          ],
        },
        {
          name: "jobs.dead",
          durable: true,
          arguments: quorum,
          bindings: [{ exchange: "shop.redelivery", routingKey: "jobs.dead" }],
        },
        ...[100, 300].map((delay) => ({
          name: `jobs.retry.${delay}ms`,
          durable: true,
          arguments: {
            ...quorum,
            "x-message-ttl": delay,
            "x-dead-letter-exchange": "shop.redelivery",
            "x-dead-letter-routing-key": "jobs",
            ...atLeastOnce,
          },
          bindings: [{ exchange: "shop.redelivery", routingKey: `jobs.retry.${delay}ms` }],
        })),
      ],
      foreignExchanges: [],
      routes: ["job.added", "job.removed"].map((routingKey) => ({
        exchange: "shop",
        routingKey,
        queues: ["jobs"],
      })),
    });
  });

  it("waits for the exchanges of others that its queues are bound to", () => {
    const other = defineService({ name: "other", sends: {}, queues: [jobsQueue] });
    assert.deepEqual(other.topology.foreignExchanges, ["shop"]);
    assert.deepEqual(systemTopology([shop, other]).exchanges, shop.topology.exchanges);
  });
});
