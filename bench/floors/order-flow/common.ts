/**
 * Shared by the three programs of the floor: the same flow as the system's, on the same tables with the same indexes, with
 * messages of the same content, properties and headers, in batches of the same size. Written for speed. It leaves out
 * validation, tokens, rate limits, idempotency keys, metrics, traces and their headers, retries and dead letters, leases of
 * the outbox, so that each process must have published its rows before another one starts, emails, and the lock by which
 * readers follow notifications. A failure ends the process.
 */
import type { Channel, ChannelModel, ConsumeMessage } from "amqplib";
import pg from "pg";
import { connectBare } from "../amqp.ts";

export interface Message {
  readonly id: string;
  readonly key: string;
  readonly orderId: string;
  /** The id of the message that caused it; absent if a request did. */
  readonly cause?: string;
  readonly content: string;
}

const window = 500;
const largestBatch = 400;

export async function database(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL ?? "" });
  await client.connect();
  return client;
}

// An exit writes a CPU profile, if one is asked for; a signal without a handler does not.
process.once("SIGTERM", () => process.exit(0));

export const amqp = () => connectBare(process.env.AMQP_URL ?? "");

/** The columns of `Message` in `json_to_recordset`. */
export const messageColumns = '(id uuid, key text, "orderId" text, cause text, content text)';

/** A statement that adds messages to the outbox from the table `source`, which has the columns of `Message`. */
export const insertMessages = (service: string, exchange: string, source: string) => `
  insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content, leased_until)
  select id, key, '${exchange}', key, '${service}', "orderId", now(),
         jsonb_strip_nulls(jsonb_build_object('schema-version', 1, 'causation-id', cause)), content, now()
  from ${source}`;

/**
 * Publishes mandatory, persistent messages with confirms, and deletes the outbox rows of all confirmed ones at once. At
 * the start it publishes whatever an earlier process left behind.
 */
export async function relay(model: ChannelModel, service: string, exchange: string) {
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
      const { id, key, orderId, cause, content } = message;
      const options = {
        mandatory: true,
        persistent: true,
        messageId: id,
        type: key,
        timestamp: Math.floor(Date.now() / 1000),
        correlationId: orderId,
        appId: service,
        contentType: "application/json",
        contentEncoding: "utf-8",
        headers: cause ? { "schema-version": 1, "causation-id": cause } : { "schema-version": 1 },
      };
      channel.publish(exchange, key, Buffer.from(content), options, (error) => {
        if (error) process.exit(1);
        inFlight--;
        confirmed.push(id);
        if (!deleting) queueMicrotask(() => deleting || void remove());
        pump();
      });
    }
  };
  const publish = (messages: readonly Message[]) => {
    for (const message of messages) waiting.push(message);
    pump();
  };
  const { rows } = await client.query(
    `select id, routing_key as key, correlation_id as "orderId", headers ->> 'causation-id' as cause, content
     from outbox order by id`,
  );
  publish(rows);
  return publish;
}

/** Passes on all messages that have arrived, up to 400 at once, and acks them once they are handled. */
export async function consume(
  model: ChannelModel,
  queue: string,
  handle: (messages: readonly ConsumeMessage[]) => Promise<void>,
): Promise<Channel> {
  const channel = await model.createChannel();
  await channel.prefetch(2 * largestBatch);
  const arrived: ConsumeMessage[] = [];
  let busy = false;
  const work = async () => {
    try {
      while (arrived.length > 0) {
        const batch = arrived.splice(0, largestBatch);
        await handle(batch);
        const last = batch.at(-1);
        if (last) channel.ack(last, true);
      }
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
    busy = false;
  };
  await channel.consume(queue, (message) => {
    if (!message) process.exit(1);
    arrived.push(message);
    if (busy) return;
    busy = true;
    setImmediate(work);
  });
  return channel;
}
