import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Channel, ConsumeMessage } from "amqplib";
import { arrived } from "../testing/arrived.ts";
import { MessagingFixture, rawChannel } from "../testing/fixtures.ts";
import { eventually } from "../testing/wait.ts";
import { Session } from "./session.ts";

describe("a session", () => {
  let fixture: MessagingFixture;
  let channel: Channel;
  let close: () => Promise<void>;
  before(async () => {
    fixture = await MessagingFixture.create();
    ({ channel, close } = await rawChannel(fixture.host.amqpUrl));
  });
  after(async () => {
    await close();
    await fixture.end();
  });

  const message = (deliveryTag: number, redelivered: boolean) =>
    arrived({ fields: { deliveryTag, redelivered } });

  it("returns batches in order of arrival, never mixing redelivered messages with others", () => {
    const session = new Session(channel, 100);
    for (const [index, redelivered] of [true, true, true, false, false, false, true, false].entries()) {
      session.push(message(index + 1, redelivered));
    }
    const batches: number[][] = [];
    for (let batch = session.take(2); batch.length > 0; batch = session.take(2)) {
      batches.push(batch.map(({ fields }) => fields.deliveryTag));
    }
    assert.deepEqual(batches, [[1, 2], [3], [4, 5], [6], [7], [8]]);
  });

  it("returns nothing once it is over", () => {
    const session = new Session(channel, 100);
    session.push(message(1, false));
    session.end();
    session.push(message(2, false));
    assert.deepEqual(session.take(10), []);
    assert.equal(session.signal.aborted, true);
  });

  /** A session whose acks are recorded. */
  function recorded(prefetch: number) {
    const acks: number[] = [];
    const recording: Channel = Object.create(channel, {
      ack: {
        value: (last: ConsumeMessage, all: boolean) => {
          assert.equal(all, true);
          acks.push(last.fields.deliveryTag);
        },
      },
    });
    return { session: new Session(recording, prefetch), acks };
  }

  it("acknowledges handled messages together: after a short time, once there are enough, and at its end", async () => {
    const { session, acks } = recorded(100);
    session.ackThrough(message(1, false));
    session.ackThrough(message(2, false));
    assert.deepEqual(acks, []);
    await eventually(() => assert.deepEqual(acks, [2]));
    for (let tag = 3; tag <= 30; tag++) session.ackThrough(message(tag, false));
    assert.deepEqual(acks, [2, 27]);
    session.end();
    assert.deepEqual(acks, [2, 27, 30]);
    session.ackThrough(message(31, false));
    assert.deepEqual(acks, [2, 27, 30, 31]);
  });

  it("acknowledges at once redelivered messages, and those without whose ack the broker would send no more", () => {
    const one = recorded(1);
    one.session.ackThrough(message(1, false));
    assert.deepEqual(one.acks, [1]);
    const many = recorded(100);
    many.session.ackThrough(message(1, true));
    assert.deepEqual(many.acks, [1]);
  });

  it("acknowledges nothing on a closed channel", async () => {
    const session = new Session(channel, 100);
    await channel.close();
    session.ackThrough(message(1, false));
  });
});
