/** Reads notifications, for lists and for streams. */

import type { Database } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";
import type { Audience, Kind, Notification } from "../notification.ts";

/**
 * Where a notification stands among all of them. A position is final, and none is added below the horizon (see
 * `schema.ts`).
 */
export interface Position {
  /** Decimal: it has 64 bits. */
  readonly transactionId: string;
  readonly id: string;
}

export interface PositionedNotification {
  readonly position: Position;
  readonly notification: Notification;
}

/** Only those to which all that is given applies. */
export interface NotificationFilter {
  readonly audience?: Audience | undefined;
  readonly customerId?: string | undefined;
  readonly orderId?: string | undefined;
}

/** The newest first. @param after the position to start after: the next one is older */
export async function listNotifications(
  database: Pick<Database, "sql">,
  query: NotificationFilter & { readonly after?: Position | undefined; readonly limit: number },
): Promise<PositionedNotification[]> {
  const { audience, customerId, orderId, after, limit } = query;
  const conditions = [sql`true`];
  if (audience !== undefined) conditions.push(sql`n.audience = ${audience}`);
  // Has an index.
  if (audience === "operators") conditions.push(sql`n.customer_id is null`);
  if (customerId !== undefined) conditions.push(sql`n.customer_id = ${customerId}`);
  if (orderId !== undefined) conditions.push(sql`n.order_id = ${orderId}`);
  if (after)
    conditions.push(sql`(n.transaction_id, n.id) < (${after.transactionId}::xid8, ${after.id}::uuid)`);
  const { rows } = await database.sql.execute<NotificationRow>(sql`
    select ${columns} from notifications n
    where ${sql.join(conditions, sql` and `)}
    order by n.transaction_id desc, n.id desc limit ${limit}`);
  return rows.map(fromRow);
}

/** A stream that waits for what comes after a position. */
export interface Follower extends NotificationFilter {
  readonly after: Position;
  /** A `pg_snapshot`: what was visible in it is not shown, even after the position. */
  readonly opened?: string | undefined;
}

export interface Followed {
  /** The next notifications of each follower, by its index, oldest first; `limit` at most. */
  readonly found: ReadonlyMap<number, readonly PositionedNotification[]>;
  /** Everything below it was found, now or before: a follower that got less than `limit` continues from here. */
  readonly horizon: Position;
}

/**
 * The next notifications of all followers, with one statement. Only reads below the oldest transaction that is under
 * way: nothing is added there, so no follower misses what commits late.
 */
export async function followNotifications(
  database: Pick<Database, "sql">,
  followers: readonly Follower[],
  limit: number,
): Promise<Followed> {
  const asked = followers.map(({ audience, customerId, orderId, after, opened }, number) => ({
    number,
    audience,
    customerId,
    orderId,
    opened,
    ...after,
  }));
  const next = sql`(asked.audience is null or n.audience = asked.audience)
    and (n.transaction_id, n.id) > (asked."transactionId", asked.id) and n.transaction_id < oldest
    and (asked.opened is null or not pg_visible_in_snapshot(n.transaction_id, asked.opened))
    order by n.transaction_id, n.id limit ${limit}`;
  // Four branches, of which each follower runs the one that has an index for its filter.
  const { rows } = await database.sql.execute<FollowedRow>(sql`
    select oldest, number, found.*
    from (select pg_snapshot_xmin(pg_current_snapshot()) as oldest) as snapshot
    left join json_to_recordset(${JSON.stringify(asked)}::json) as asked
      (number int, audience text, "customerId" text, "orderId" uuid, "transactionId" xid8, id uuid, opened pg_snapshot)
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
      on true
    order by found.transaction_id, found.id`);
  const found = new Map<number, PositionedNotification[]>();
  for (const row of rows) {
    if (row.number === null) continue;
    const list = found.get(row.number);
    if (list) list.push(fromRow(row));
    else found.set(row.number, [fromRow(row)]);
  }
  return { found, horizon: startOf(rows[0]?.oldest ?? "0") };
}

/** To follow what commits from now on, and nothing that has committed before. */
export async function followFromNow(
  database: Pick<Database, "sql">,
): Promise<Required<Pick<Follower, "after" | "opened">>> {
  const { rows } = await database.sql.execute<{ opened: string; oldest: string }>(sql`
    select snapshot as opened, pg_snapshot_xmin(snapshot) as oldest from pg_current_snapshot() as snapshot`);
  const [row] = rows;
  if (!row) throw new Error("cannot follow notifications from now on: the database gave no snapshot");
  return { opened: row.opened, after: startOf(row.oldest) };
}

function startOf(transactionId: string): Position {
  return { transactionId, id: "00000000-0000-0000-0000-000000000000" };
}

const columns = sql`
  n.transaction_id, n.id, n.audience, n.customer_id, n.order_id, n.kind, n.subject, n.body, n.created_at,
  (select coalesce(json_agg(json_build_object('channel', channel, 'status', status, 'at', updated_at)
                            order by channel), '[]')
   from deliveries where notification_id = n.id) as deliveries`;

interface NotificationRow extends Record<string, unknown> {
  transaction_id: string;
  id: string;
  audience: Audience;
  customer_id: string | null;
  order_id: string | null;
  kind: Kind;
  subject: string;
  body: string;
  created_at: string;
  deliveries: Notification["deliveries"];
}

type FollowedRow = NotificationRow & { oldest: string; number: number | null };

function fromRow(row: NotificationRow): PositionedNotification {
  return {
    position: { transactionId: row.transaction_id, id: row.id },
    notification: {
      id: row.id,
      audience: row.audience,
      ...(row.customer_id !== null && { customerId: row.customer_id }),
      ...(row.order_id !== null && { orderId: row.order_id }),
      kind: row.kind,
      subject: row.subject,
      body: row.body,
      createdAt: utc(row.created_at),
      deliveries: row.deliveries.map(({ channel, status, at }) => ({ channel, status, at: utc(at) })),
    },
  };
}

function utc(time: string): string {
  return new Date(time).toISOString();
}
