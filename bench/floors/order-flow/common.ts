/** Shared by the three programs of the floor. Written for speed: no validation, no options, few types. */
import { randomFillSync } from "node:crypto";
import { type Channel, type ConsumeMessage, connect } from "amqplib";
import pg from "pg";

export interface Message {
  readonly id: string;
  readonly key: string;
  readonly content: string;
}

const window = 500;
const largestBatch = 200;

export async function database(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL ?? "" });
  await client.connect();
  return client;
}

export const amqp = () => connect(process.env.AMQP_URL ?? "", { noDelay: true });

/**
 * Publishes mandatory, persistent messages with confirms, then deletes their outbox rows, as many at once as have been
 * confirmed. At the start it publishes what an earlier process left behind. A failure ends the process, so that the
 * next one publishes the rest.
 */
export async function relay(model: Awaited<ReturnType<typeof amqp>>, exchange: string) {
  const [channel, client] = [await model.createConfirmChannel(), await database()];
  channel.on("return", () => process.exit(1));
  const waiting: Message[] = [];
  let confirmed: string[] = [];
  let inFlight = 0;
  let deleting = false;
  const remove = async () => {
    deleting = true;
    while (confirmed.length > 0) {
      const ids = confirmed;
      confirmed = [];
      await client.query({ name: "d", text: "delete from outbox where id = any($1::uuid[])", values: [ids] });
    }
    deleting = false;
  };
  const pump = () => {
    while (inFlight < window) {
      const message = waiting.shift();
      if (!message) return;
      inFlight++;
      const options = { mandatory: true, persistent: true, messageId: message.id };
      channel.publish(exchange, message.key, Buffer.from(message.content), options, (error) => {
        if (error) process.exit(1);
        inFlight--;
        confirmed.push(message.id);
        if (!deleting) queueMicrotask(() => deleting || void remove());
        pump();
      });
    }
  };
  const publish = (messages: readonly Message[]) => {
    for (const message of messages) waiting.push(message);
    pump();
  };
  const { rows } = await client.query("select id, routing_key as key, content from outbox order by id");
  publish(rows);
  return publish;
}

/** Hands over everything that has arrived, up to 200 messages at once, and acks it once handled. */
export async function consume(
  model: Awaited<ReturnType<typeof amqp>>,
  queue: string,
  handle: (messages: readonly ConsumeMessage[]) => Promise<void>,
): Promise<Channel> {
  const channel = await model.createChannel();
  await channel.prefetch(2 * largestBatch);
  const arrived: ConsumeMessage[] = [];
  const work = gathering(async () => {
    const batch = arrived.splice(0, largestBatch);
    await handle(batch);
    const last = batch.at(-1);
    if (last) channel.ack(last, true);
    return arrived.length > 0;
  });
  await channel.consume(queue, (message) => {
    if (!message) process.exit(1);
    arrived.push(message);
    work();
  });
  return channel;
}

/** Runs `work` repeatedly, never twice at once, as long as it reports that there is more to do. */
export function gathering(work: () => Promise<boolean>): () => void {
  let busy = false;
  const run = async () => {
    try {
      while (await work());
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
    busy = false;
  };
  return () => {
    if (busy) return;
    busy = true;
    setImmediate(run);
  };
}

const random = new Uint8Array(8 * 1024);
let used = random.length;

export function uuidv7(): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  const time = Date.now().toString(16).padStart(12, "0");
  const tail = Buffer.from(random.buffer, used, 8).toString("hex");
  used += 8;
  return `${time.slice(0, 8)}-${time.slice(8)}-7${tail.slice(0, 3)}-8${tail.slice(3, 6)}-${tail.slice(4, 16)}`;
}
