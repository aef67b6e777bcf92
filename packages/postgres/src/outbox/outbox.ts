/** The statements on the outbox table. */
import type { OutboxMessage, PublishedRoute, RefusalReason } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import type { NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";
import { printableText } from "../sql.ts";

export type Executor = Pick<NodePgDatabase, "execute">;

/**
 * Writes all messages with one statement. Only this process publishes them for `leaseMilliseconds`; 0 leaves them to
 * any sweeper. The statement is sent before this returns, so that the next one, such as the commit, follows it; drizzle
 * would send it a few turns later, after the commit and so outside the transaction. Throws, instead of rejecting, when
 * the statement cannot be sent, so that no commit follows. Leases begin at `clock_timestamp()`, because `now()` is when
 * the transaction began.
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
           clock_timestamp() + $2 * interval '1 millisecond'
    from json_to_recordset($1::json) as message
      (id uuid, type text, exchange text, "routingKey" text, service text, "correlationId" text,
       "timestamp" bigint, headers jsonb, content text)`;
  return client.query({ text, values: [`[${messages.map(asJson).join()}]`, leaseMilliseconds] });
}

/**
 * The message as JSON. Its content is a JSON object already and is embedded as it is: PostgreSQL keeps its text byte
 * for byte. Encoding it again as a string and decoding that would cost as much as the rest of the row.
 */
function asJson({ content, ...message }: OutboxMessage): string {
  return `${JSON.stringify(message).slice(0, -1)},"content":${content}}`;
}

/** A message in the table, and how often it was found to be unacceptable. */
export interface LeasedMessage {
  readonly message: OutboxMessage;
  readonly attempts: number;
}

export interface LeaseOptions {
  readonly limit: number;
  readonly leaseMilliseconds: number;
  /** @default none */
  readonly pausedRoutes?: readonly PublishedRoute[];
  /** Skips those that were unacceptable before. @default false */
  readonly onlyFresh?: boolean;
}

// Conditions that the planner expects nearly every row to meet, even without statistics. It would expect `parked_at is
// null` and `attempts = 0` of few rows, and sort all expired ones for each batch instead of following their index.
const notParked = sql`num_nonnulls(parked_at) <> 1`;
const neverRefused = sql`sign(attempts) <> 1`;

/**
 * Takes messages whose lease has expired, the longest expired first, and leases them to this process. Rows that another
 * sweeper is taking are skipped, as are those of `pausedRoutes` and parked ones, whose lease never ends. By ctid, which
 * is safe while the rows are locked and faster than by id.
 */
export async function leaseExpired(
  executor: Executor,
  { limit, leaseMilliseconds, pausedRoutes = [], onlyFresh = false }: LeaseOptions,
): Promise<LeasedMessage[]> {
  const paused =
    pausedRoutes.length === 0
      ? sql``
      : sql`and (exchange, routing_key) not in (${sql.join(
          pausedRoutes.map(({ exchange, routingKey }) => sql`(${exchange}, ${routingKey})`),
          sql`, `,
        )})`;
  const fresh = onlyFresh ? sql`and ${neverRefused}` : sql``;
  const { rows } = await executor.execute<OutboxMessage & { attempts: number } & Record<string, unknown>>(sql`
    update outbox set leased_until = clock_timestamp() + ${leaseMilliseconds} * interval '1 millisecond'
    where ctid = any(array(
      select ctid from outbox where leased_until <= now() and ${notParked} ${paused} ${fresh}
      order by leased_until limit ${limit} for update skip locked))
    returning id, type, exchange, routing_key as "routingKey", service, correlation_id as "correlationId",
              extract(epoch from created_at)::bigint::float8 as timestamp, headers, content, attempts`);
  return rows
    .map(({ attempts, ...message }) => ({ attempts, message }))
    .sort((a, b) => (a.message.id < b.message.id ? -1 : 1));
}

export async function deleteFromOutbox(executor: Executor, ids: readonly string[]): Promise<void> {
  await executor.execute(sql`delete from outbox where id = any(${sql.param(ids)}::uuid[])`);
}

/** Sets for how long messages are leased: 0 leaves them to any sweeper at once. One parked in the meantime stays parked. */
export async function leaseFor(
  executor: Executor,
  ids: readonly string[],
  milliseconds: number,
): Promise<void> {
  await executor.execute(sql`
    update outbox set leased_until = clock_timestamp() + ${milliseconds} * interval '1 millisecond'
    where id = any(${sql.param(ids)}::uuid[]) and parked_at is null`);
}

export interface Refusal {
  readonly id: string;
  readonly reason: RefusalReason;
  /** In words. */
  readonly refusal: string;
}

export interface RefusedMessage extends Record<string, unknown> {
  readonly id: string;
  readonly type: string;
  readonly reason: RefusalReason;
  readonly attempts: number;
  readonly parked: boolean;
}

/** Counts an attempt of each: it is tried again after 1 s, 2 s, 4 s … up to 5 minutes, and parked after `maxAttempts`. */
export async function recordRefusals(
  executor: Executor,
  refusals: readonly Refusal[],
  maxAttempts: number,
): Promise<RefusedMessage[]> {
  const printable = refusals.map(({ refusal, ...rest }) => ({
    ...rest,
    refusal: printableText(refusal.slice(0, 500)),
  }));
  const { rows } = await executor.execute<RefusedMessage>(sql`
    update outbox set
      attempts = attempts + 1, refusal_reason = refused.reason, refusal = refused.refusal,
      parked_at = case when attempts + 1 >= ${maxAttempts} then clock_timestamp() end,
      leased_until = case when attempts + 1 >= ${maxAttempts} then 'infinity'
        else clock_timestamp() + least(power(2, attempts), 300) * interval '1 second' end
    from json_to_recordset(${JSON.stringify(printable)}::json) as refused (id uuid, reason text, refusal text)
    where outbox.id = refused.id and parked_at is null
    returning outbox.id, type, refusal_reason as reason, attempts, parked_at is not null as parked`);
  return rows;
}
