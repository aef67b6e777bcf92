import type { Chore } from "@rabbit-contract/postgres";
import { sql } from "drizzle-orm";

/** Forgets idempotency keys older than `retention` milliseconds: the next request with one makes an order again. */
export function forgetKeys(retention: number): Chore {
  return {
    name: "idempotency_keys",
    async run(database, limit) {
      const { rowCount } = await database.execute(sql`
        delete from idempotency_keys where ctid = any(array(
          select ctid from idempotency_keys where created_at < now() - ${retention} * interval '1 millisecond'
          order by created_at limit ${limit} for update skip locked))`);
      return rowCount ?? 0;
    },
  };
}
