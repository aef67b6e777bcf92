/** Messages of services under test that have a database and no broker. */
import { type Delivery, type OutboxMessage, type Publisher, uuidv7 } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import type { Database } from "../transaction.ts";

/** A delivery for a handler, as a consumer would give it on the first attempt. */
export function deliveryOf<Payload, Headers extends object = object>(
  type: string,
  payload: Payload,
  headers?: Delivery<Payload, Headers>["headers"],
): Delivery<Payload, Headers> {
  const messageId = uuidv7();
  return {
    messageId,
    type,
    payload,
    // A test of a handler that reads headers gives them.
    headers: headers ?? ({} as Delivery<Payload, Headers>["headers"]),
    publishedAt: new Date(),
    attempt: 1,
    redelivered: false,
    exchange: "",
    routingKey: type,
    correlationId: messageId,
    context: { causationId: messageId },
  };
}

/** A publisher that is always ready. */
export function publisherWith(publish: Publisher["publish"]): Publisher {
  return { ready: true, pausedRoutes: [], publish, publishAlone: publish, onReady: () => () => {} };
}

export interface SentMessage extends Pick<OutboxMessage, "type" | "correlationId" | "headers"> {
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Removes the messages sent since the last call from the outbox, and returns them. The database must have no relay. */
export async function takeSent(database: Pick<Database, "sql">): Promise<SentMessage[]> {
  const { rows } = await database.sql.execute<{
    type: string;
    correlationId: string;
    headers: OutboxMessage["headers"];
    content: string;
  }>(sql`
    with gone as (delete from outbox returning *)
    select type, correlation_id as "correlationId", headers, content from gone order by id`);
  return rows.map(({ content, ...row }) => ({ ...row, payload: JSON.parse(content) }));
}
