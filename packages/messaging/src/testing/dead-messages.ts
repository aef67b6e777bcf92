import type { Options } from "amqplib";
import { Connection } from "../connection/connection.ts";
import { type ActionProgress, DeadLetters } from "../dead-letters/dead-letters.ts";
import { Throttle } from "../log.ts";
import { uuidv7 } from "../message/uuid.ts";
import { jobsQueue, type MessagingFixture, rawChannel } from "./fixtures.ts";
import { MemoryJournal } from "./memory-journal.ts";

export interface DeadMessage {
  readonly content?: string | Buffer;
  readonly properties?: Options.Publish;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** A valid message that failed for good, as the runtime leaves it in the dead-letter queue. */
export function deadMessage(
  name: string,
  { content, properties = {}, headers = {} }: DeadMessage = {},
): Required<DeadMessage> {
  return {
    content: content ?? JSON.stringify({ name }),
    properties: {
      messageId: uuidv7(),
      type: "job.added",
      timestamp: 1_770_000_000,
      correlationId: `story of ${name}`,
      appId: "shop",
      contentType: "application/json",
      contentEncoding: "utf-8",
      ...properties,
    },
    headers: {
      "schema-version": 1,
      "retry-attempt": 3,
      "first-failed-at": "2026-03-01T10:00:00.000Z",
      "failure-reason": "Error: the shelf is full",
      "dead-lettered-at": "2026-03-01T10:01:00.000Z",
      "dead-letter-reason": "retries-exhausted",
      "original-exchange": "shop",
      "original-routing-key": "job.added",
      ...headers,
    },
  };
}

/** Puts messages into the dead-letter queue of `jobs`, past the runtime. */
export async function putDeadMessages(
  url: string,
  messages: readonly Required<DeadMessage>[],
  queue = jobsQueue.deadLetterQueue,
) {
  const { channel, close } = await rawChannel(url);
  for (const { content, properties, headers } of messages) {
    channel.publish("shop.redelivery", queue, Buffer.from(content), {
      ...properties,
      headers,
      persistent: true,
      mandatory: true,
    });
  }
  await channel.waitForConfirms();
  await close();
}

/** An operator's access, over a connection of its own. */
export async function operatorOf(fixture: MessagingFixture, url = fixture.host.amqpUrl) {
  const connection = await Connection.open({
    url,
    name: "operator",
    setup: async () => {},
    log: fixture.log,
    throttle: new Throttle(0),
  });
  if (!connection.model) await new Promise((resolve) => connection.once("connected", resolve));
  const journal = new MemoryJournal();
  const { inbox, log } = fixture;
  const letters = new DeadLetters({
    model: () => connection.model,
    queues: [jobsQueue],
    inbox,
    journal,
    log,
  });
  return { letters, journal, connection, close: () => connection.close(1_000) };
}

/** Runs an action to its end. @returns its last report, with the letters of all of them */
export async function finish(run: AsyncIterable<ActionProgress>): Promise<ActionProgress> {
  let last: ActionProgress | undefined;
  const letters: ActionProgress["letters"][number][] = [];
  for await (const progress of run) {
    letters.push(...progress.letters);
    last = progress;
  }
  if (!last) throw new Error("the action reported nothing");
  return { ...last, letters };
}
