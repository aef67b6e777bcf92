import type { ConsumedQueueDescriptor } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import type { Chore } from "../retention.ts";
import { firstUuidOf } from "../uuid-time.ts";

/**
 * Forgets what was handled longer ago than `retention` milliseconds, and starts that never ended. A message that
 * comes back after that is handled again, so it has to be longer than a dead letter, or a message in an outbox,
 * may wait.
 */
export function inboxChores(queues: readonly ConsumedQueueDescriptor[], retention: number): readonly Chore[] {
  const forget: Chore = {
    name: "inbox",
    async run(database, limit) {
      // The ids are UUIDv7, so the primary key finds the old ones; no index on the hot path is there only for this.
      const oldest = firstUuidOf(Date.now() - retention);
      for (const { name } of queues) {
        const { rowCount } = await database.execute(sql`
          delete from inbox where ctid = any(array(
            select ctid from inbox
            where queue = ${name} and message_id < ${oldest}::uuid
              and handled_at < now() - ${retention} * interval '1 millisecond'
            order by message_id limit ${limit} for update skip locked))`);
        if (rowCount !== null && rowCount > 0) return rowCount;
      }
      return 0;
    },
  };
  const forgetStarts: Chore = {
    name: "inbox_starts",
    async run(database, limit) {
      const { rowCount } = await database.execute(sql`
        delete from inbox_starts where ctid = any(array(
          select ctid from inbox_starts where started_at < now() - ${retention} * interval '1 millisecond'
          limit ${limit} for update skip locked))`);
      return rowCount ?? 0;
    },
  };
  return [forget, forgetStarts];
}
