/** Adds up how much of their limits clients use in all processes of a service, by the database's clock alone. */
import { sql } from "drizzle-orm";
import { type Chore, deleteOlder } from "../retention.ts";
import { ago } from "../sql.ts";
import type { Database } from "../transaction.ts";

export interface Spending {
  readonly client: string;
  /** Milliseconds' worth of requests at the client's rate. */
  readonly spent: number;
}

/**
 * A client never owes more, whatever processes add and whatever the clock does: after a failover the clock may differ.
 */
const longestDebt = sql`interval '1 minute'`;

/**
 * Adds what clients have spent in this process within the last `period` milliseconds, with one statement.
 * @returns milliseconds until all that each has spent, in any process, would be done at its rate; negative when it is
 */
export async function addSpendings(
  { sql: executor }: Pick<Database, "sql">,
  spendings: readonly Spending[],
  period: number,
): Promise<ReadonlyMap<string, number>> {
  // What was spent was also being paid off meanwhile.
  const start = ago(period);
  // Sorted, so that two processes that add to the same clients cannot deadlock.
  const { rows } = await executor.execute<{ client: string; owed: number }>(sql`
    insert into rate_limits as known (client, paid_until)
    select client, ${start} + sum(spent) * interval '1 millisecond'
    from jsonb_to_recordset(${JSON.stringify(spendings)}::jsonb) as spending (client text, spent float8)
    group by client order by client
    on conflict (client) do update set paid_until = least(
      greatest(known.paid_until, ${start}) + (excluded.paid_until - (${start})), now() + ${longestDebt})
    returning client, (extract(epoch from paid_until - clock_timestamp()) * 1000)::float8 as owed`);
  return new Map(rows.map(({ client, owed }) => [client, owed]));
}

/** Removes clients that owe nothing. */
export const forgetSpendings: Chore = deleteOlder("rate_limits", "paid_until", 0);
