import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Channel } from "amqplib";
import { arrived } from "../testing/arrived.ts";
import { MessagingFixture, rawChannel } from "../testing/fixtures.ts";
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
    const session = new Session(channel);
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
    const session = new Session(channel);
    session.push(message(1, false));
    session.end();
    session.push(message(2, false));
    assert.deepEqual(session.take(10), []);
    assert.equal(session.signal.aborted, true);
  });

  it("acknowledges nothing on a closed channel", async () => {
    const session = new Session(channel);
    await channel.close();
    session.ackThrough(message(1, false));
  });
});
