import type { Options } from "amqplib";
import { v7 as uuidv7 } from "uuid";
import { Connection } from "../connection/connection.ts";
import { DeadLetters } from "../dead-letters/dead-letters.ts";
import type { ActionProgress } from "../dead-letters/store.ts";
import { jobsQueue, type MessagingFixture, rawChannel } from "./fixtures.ts";
import { MemoryJournal } from "./memory-journal.ts";

export interface DeadMessage {
  readonly content?: string | Buffer;
  readonly properties?: Options.Publish;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** A valid message whose retries are exhausted, as the runtime leaves it in the dead-letter queue. */
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
      correlationId: `job ${name}`,
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

/** Publishes messages to the dead-letter queue of `jobs` without the runtime. */
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

/** An operator's access, on its own connection. */
export async function operatorOf(fixture: MessagingFixture, url = fixture.host.amqpUrl) {
  const connection = await Connection.open({
    url,
    name: "operator",
    setup: async () => {},
    log: fixture.log,
  });
  if (!connection.model) await new Promise((resolve) => connection.once("connected", resolve));
  const journal = new MemoryJournal();
  const { inbox, log } = fixture;
  const deadLetters = new DeadLetters({
    model: () => connection.model,
    confirms: {},
    queues: [jobsQueue],
    inbox,
    journal,
    log,
  });
  return { deadLetters, journal, connection, close: () => connection.close(1_000) };
}

/** Runs an action to its end. @returns its last report, with the results of all reports */
export async function finish(run: AsyncIterable<ActionProgress>): Promise<ActionProgress> {
  let last: ActionProgress | undefined;
  const results: ActionProgress["results"][number][] = [];
  for await (const progress of run) {
    results.push(...progress.results);
    last = progress;
  }
  if (!last) throw new Error("the action reported nothing");
  return { ...last, results };
}
