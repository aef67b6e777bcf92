/** Reads notifications, for lists and for streams. */

import { type Database, rfc3339 } from "@rabbit-contract/postgres";
import { type SQL, sql } from "drizzle-orm";
import type { Audience, DeliveryStatus, Notification } from "../notification.ts";

/**
 * Where a notification stands among all of them. A position never changes, and no new one appears at or before the
 * horizon (see `schema.ts`).
 */
export interface Position {
  /** Decimal, since it has 64 bits. Used only if no notification has the id. */
  readonly number: string;
  readonly id: string;
}

export interface PositionedNotification {
  readonly position: Position;
  readonly notification: Notification;
}

/** Selects notifications that match every given field. */
export interface NotificationFilter {
  readonly audience?: Audience | undefined;
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
}

export interface ListQuery extends NotificationFilter {
  /** Only those with a delivery in this status; each has an index. */
  readonly delivery?: Exclude<DeliveryStatus, "sent"> | undefined;
  readonly after?: Position | undefined;
  readonly limit: number;
}

/** Newest first. @param after the position to start after: the next one is older */
export async function listNotifications(
  database: Pick<Database, "sql">,
  query: ListQuery,
): Promise<PositionedNotification[]> {
  const { audience, customerId, orderId, delivery, after, limit } = query;
  const conditions = [sql`true`];
  if (audience !== undefined) conditions.push(sql`n.audience = ${audience}`);
  // Has an index.
  if (audience === "operators") conditions.push(sql`n.customer_id is null`);
  if (customerId !== undefined) conditions.push(sql`n.customer_id = ${customerId}`);
  if (orderId !== undefined) conditions.push(sql`n.order_id = ${orderId}`);
  if (delivery !== undefined) {
    // A literal: a generic plan cannot tell whether a parameter implies the condition of a partial index.
    const status = delivery === "failed" ? sql`'failed'` : sql`'pending'`;
    conditions.push(sql`n.id in (select notification_id from deliveries where status = ${status})`);
  }
  if (after) conditions.push(sql`n.position < ${numberOf(after)}`);
  const { rows } = await database.sql.execute<NotificationRow>(sql`
    select ${columns} from notifications n
    where ${sql.join(conditions, sql` and `)}
    order by n.position desc limit ${limit}`);
  return rows.map(fromRow);
}

/** A stream that waits for notifications after a position. */
export interface Follower extends NotificationFilter {
  readonly after: Position;
  /** Numbers after the position that are not shown. */
  readonly except?: readonly string[] | undefined;
}

export interface Followed {
  /** The next notifications of each follower, by its index, oldest first; `limit` at most. */
  readonly found: ReadonlyMap<number, readonly PositionedNotification[]>;
  /**
   * Everything up to here has been found, now or before: a follower that got fewer than `limit` continues from here.
   */
  readonly horizon: Position;
}

/**
 * The next notifications of all followers. Reads only up to the horizon, so that no follower misses a notification that
 * commits late.
 */
export async function followNotifications(
  database: Pick<Database, "sql">,
  followers: readonly Follower[],
  limit: number,
): Promise<Followed> {
  const horizon = await readHorizon(database);
  const asked = followers.map(({ audience, customerId, orderId, after, except = [] }, number) => ({
    number,
    audience,
    customerId,
    orderId,
    skipped: except,
    after: after.number,
  }));
  const next = sql`(asked.audience is null or n.audience = asked.audience)
    and n.position > asked.after and n.position <= ${horizon}::bigint and n.position <> all(asked.skipped)
    order by n.position limit ${limit}`;
  // Four branches, of which each follower runs the one that has an index for its filter.
  const { rows } = await database.sql.execute<NotificationRow & { number: number }>(sql`
    select number, found.*
    from json_to_recordset(${JSON.stringify(asked)}::json) as asked
      (number int, audience text, "customerId" text, "orderId" uuid, after bigint, skipped bigint[])
      cross join lateral (
        (select ${columns} from notifications n
         where n.order_id = asked."orderId"
           and (asked."customerId" is null or n.customer_id = asked."customerId") and ${next})
        union all
        (select ${columns} from notifications n
         where asked."orderId" is null and n.customer_id = asked."customerId" and ${next})
        union all
        (select ${columns} from notifications n
         where asked."orderId" is null and asked."customerId" is null and asked.audience = 'operators'
           and n.customer_id is null and ${next})
        union all
        (select ${columns} from notifications n
         where asked."orderId" is null and asked."customerId" is null
           and asked.audience is distinct from 'operators' and ${next})
      ) as found
    order by found.position`);
  const found = new Map<number, PositionedNotification[]>();
  for (const row of rows) {
    const list = found.get(row.number);
    if (list) list.push(fromRow(row));
    else found.set(row.number, [fromRow(row)]);
  }
  return { found, horizon: startOf(horizon) };
}

/** Where to start, to follow everything that commits from now on and nothing that has committed before. */
export async function followFromNow(
  database: Pick<Database, "sql">,
): Promise<Required<Pick<Follower, "after" | "except">>> {
  const horizon = await readHorizon(database);
  const { rows } = await database.sql.execute<{ position: string }>(
    sql`select position from notifications where position > ${horizon}::bigint`,
  );
  return { after: startOf(horizon), except: rows.map(({ position }) => position) };
}

/**
 * Where to start, to continue after a position that a client has kept, maybe for long. One beyond the horizon comes
 * from an earlier numbering and counts as the horizon.
 */
export async function followFrom(
  database: Pick<Database, "sql">,
  after: Position,
): Promise<Pick<Follower, "after">> {
  const horizon = await readHorizon(database);
  const { rows } = await database.sql.execute<{ number: string }>(
    sql`select least(${numberOf(after)}, ${horizon}::bigint) as number`,
  );
  return { after: { number: rows[0]?.number ?? horizon, id: after.id } };
}

/**
 * The number up to which every notification is visible to the next statement. The locks are read after the last
 * assigned number, since a transaction that takes its lock later gets a higher number. A transaction's lock is released
 * once its rows are visible, so the notifications must be read by a later statement. Activity in other databases of the
 * server has no effect.
 */
async function readHorizon(database: Pick<Database, "sql">): Promise<string> {
  const { rows } = await database.sql.execute<{ horizon: string }>(sql`
    select least(given.number, held.number) as horizon
    from (select coalesce(pg_sequence_last_value('notifications_position_seq'), 0) as number offset 0) as given
    cross join lateral (
      select min((classid::bigint << 32 | objid::bigint) - ${lockBase}::bigint) as number
      from pg_locks
      where locktype = 'advisory' and objsubid = 1 and classid::bigint >= ${lockBase}::bigint >> 32
        and database = (select oid from pg_database where datname = current_database())
        and given.number is not null
    ) as held`);
  const [row] = rows;
  if (!row) throw new Error("cannot follow notifications: the database gave no position");
  return row.horizon;
}

/**
 * Added to the position to form the lock's key, so that it matches no other advisory lock. The trigger uses the same
 * number.
 */
const lockBase = String(2n ** 62n);

/** The number of the notification with the id: a client may have kept a position from an earlier numbering. */
function numberOf({ number, id }: Position): SQL {
  const given = sql`least(${number}::numeric, 9223372036854775807)::bigint`;
  return sql`coalesce((select position from notifications where id = ${id}::uuid), ${given})`;
}

function startOf(number: string): Position {
  return { number, id: "00000000-0000-0000-0000-000000000000" };
}

const columns = sql`
  n.position, json_strip_nulls(json_build_object(
    'id', n.id, 'audience', n.audience, 'customerId', n.customer_id, 'orderId', n.order_id, 'kind', n.kind,
    'subject', n.subject, 'body', n.body, 'createdAt', ${rfc3339(sql`n.created_at`)},
    'deliveries', (
      select coalesce(json_agg(json_build_object(
        'channel', channel, 'status', status, 'at', ${rfc3339(sql`updated_at`)}, 'error', last_error) order by channel), '[]')
      from deliveries where notification_id = n.id))) as notification`;

interface NotificationRow extends Record<string, unknown> {
  readonly position: string;
  readonly notification: Notification;
}

function fromRow({ position, notification }: NotificationRow): PositionedNotification {
  return { position: { number: position, id: notification.id }, notification };
}
