/** The statements on the outbox table. */
import type { OutboxMessage, PublishedRoute } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";

type Executor = Pick<NodePgDatabase, "execute">;

/**
 * Writes all messages with one statement. Only this process publishes them for `leaseMilliseconds`; 0 leaves them to any
 * sweeper. The statement is sent before this returns, so that the next one, such as the commit, follows it; drizzle
 * would send it a few turns later, after the commit and so outside of the transaction. Throws, instead of rejecting, what
 * cannot be sent, so that no commit follows it.
 */
export function insertIntoOutbox(
  client: Pick<pg.ClientBase, "query">,
  messages: readonly OutboxMessage[],
  leaseMilliseconds: number,
): Promise<unknown> {
  if (messages.length === 0) return Promise.resolve();
  const text = `
    insert into outbox
      (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content, leased_until)
    select id, type, exchange, "routingKey", service, "correlationId", to_timestamp("timestamp"), headers, content,
           now() + $2 * interval '1 millisecond'
    from json_to_recordset($1::json) as message
      (id uuid, type text, exchange text, "routingKey" text, service text, "correlationId" text,
       "timestamp" bigint, headers jsonb, content text)`;
  return client.query({ text, values: [`[${messages.map(asJson).join()}]`, leaseMilliseconds] });
}

/**
 * The message as JSON. Its content, a JSON object already, is embedded as it is: PostgreSQL keeps its text byte for byte.
 * Encoding it again as a string, and decoding that, would cost as much as the rest of the row.
 */
function asJson({ content, ...message }: OutboxMessage): string {
  return `${JSON.stringify(message).slice(0, -1)},"content":${content}}`;
}

/**
 * Takes messages whose lease has run out, oldest first, and leases them to this process. Rows that another
 * sweeper is taking are skipped, as are those of `pausedRoutes`. By ctid, which is safe while the rows are locked and
 * faster than by id.
 */
export async function leaseExpired(
  executor: Executor,
  limit: number,
  leaseMilliseconds: number,
  pausedRoutes: readonly PublishedRoute[] = [],
): Promise<OutboxMessage[]> {
  const paused =
    pausedRoutes.length === 0
      ? sql``
      : sql`and (exchange, routing_key) not in (${sql.join(
          pausedRoutes.map(({ exchange, routingKey }) => sql`(${exchange}, ${routingKey})`),
          sql`, `,
        )})`;
  const { rows } = await executor.execute<OutboxRow>(sql`
    update outbox set leased_until = now() + ${leaseMilliseconds} * interval '1 millisecond'
    where ctid = any(array(
      select ctid from outbox where leased_until <= now() ${paused} order by id limit ${limit} for update skip locked))
    returning id, type, exchange, routing_key, service, correlation_id,
              extract(epoch from created_at)::bigint as timestamp, headers, content`);
  return rows
    .map((row) => ({
      id: row.id,
      type: row.type,
      exchange: row.exchange,
      routingKey: row.routing_key,
      service: row.service,
      correlationId: row.correlation_id,
      timestamp: Number(row.timestamp),
      headers: row.headers,
      content: row.content,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Deletes messages that the broker has confirmed. */
export async function deleteFromOutbox(executor: Executor, ids: readonly string[]): Promise<void> {
  await executor.execute(sql`delete from outbox where id = any(${sql.param(ids)}::uuid[])`);
}

/** Sets for how long messages are leased: 0 leaves them to any sweeper at once. */
export async function leaseFor(
  executor: Executor,
  ids: readonly string[],
  milliseconds: number,
): Promise<void> {
  await executor.execute(sql`
    update outbox set leased_until = now() + ${milliseconds} * interval '1 millisecond'
    where id = any(${sql.param(ids)}::uuid[])`);
}

interface OutboxRow extends Record<string, unknown> {
  id: string;
  type: string;
  exchange: string;
  routing_key: string;
  service: string;
  correlation_id: string;
  timestamp: string;
  headers: OutboxMessage["headers"];
  content: string;
}
