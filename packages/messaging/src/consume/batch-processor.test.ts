import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Channel, ConsumeMessage } from "amqplib";
import { arrived } from "../testing/arrived.ts";
import { type Job, jobsQueue } from "../testing/fixtures.ts";
import { MemoryInbox, type MemoryTransaction } from "../testing/memory-inbox.ts";
import { RecordingLog } from "../testing/recording-log.ts";
import { BatchProcessor } from "./batch-processor.ts";
import { type Handler, subscriptionsOf } from "./handler.ts";
import { allDone } from "./outcome.ts";
import { Session } from "./session.ts";

const idOf = (name: string) => `019a4f2e-7b12-7d90-b1c4-${name.charCodeAt(0).toString().padStart(12, "0")}`;

describe("a batch of redelivered messages", () => {
  it("is applied together, except for messages with an unfinished start, each of which runs alone", async () => {
    const inbox = new MemoryInbox();
    const batches: string[] = [];
    const handler: Handler<Job, MemoryTransaction> = async (deliveries) => {
      const started = deliveries.map(({ payload: { name } }) => `${name} ${inbox.starts.get(idOf(name))}`);
      batches.push(started.join());
      return allDone(deliveries);
    };
    const acknowledged: number[] = [];
    const channel: Channel = Object.create({
      ack: ({ fields }: ConsumeMessage) => acknowledged.push(fields.deliveryTag),
    });
    const messages = ["a", "b", "c", "d"].map((name, index) =>
      arrived({
        content: JSON.stringify({ name }),
        properties: { messageId: idOf(name) },
        fields: { deliveryTag: index + 1, redelivered: true },
      }),
    );
    for (const suspect of ["b", "c"]) inbox.starts.set(idOf(suspect), 1);
    const processor = new BatchProcessor({
      queue: jobsQueue,
      subscriptions: subscriptionsOf(jobsQueue, { jobAdded: handler, jobRemoved: handler }),
      inbox,
      redelivery: { send: () => assert.fail("none fails") },
      answers: undefined,
      log: new RecordingLog(),
    });
    await processor.process(new Session(channel, jobsQueue.prefetch), messages);
    assert.deepEqual(batches, ["a 1,d 1", "b 2", "c 2"]);
    assert.equal(inbox.starts.size, 0);
    assert.deepEqual(acknowledged, [4]);
  });
});
