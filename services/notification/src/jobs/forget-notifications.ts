import { ago, type Chore, firstUuidOf } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

/**
 * Deletes notifications older than `retention` milliseconds with their deliveries, unless one is outstanding.
 * A message that is redelivered after that notifies its customer again.
 */
export function forgetNotifications(retention: number): Chore {
  return {
    name: "notifications",
    async run(database, limit) {
      const { rows } = await database.execute<{ removed: number }>(sql`
        with old as materialized (
          select id from notifications
          where id < ${firstUuidOf(ago(retention))} and created_at < ${ago(retention)}
            and not exists (select from deliveries where notification_id = notifications.id and status = 'pending')
          order by id limit ${limit} for update skip locked
        ), sent as (
          delete from deliveries using old where notification_id = old.id
        ), removed as (
          delete from notifications using old where notifications.id = old.id returning 1
        )
        select count(*)::int as removed from removed`);
      return rows[0]?.removed ?? 0;
    },
  };
}
