/**
 * For a pooler that gives each transaction a different database connection: nothing may depend on the session.
 * Statements are not prepared, and timeouts are set in each transaction.
 */
import type pg from "pg";

/** Makes `client` send the timeouts, in milliseconds, in one message with each `begin`, so they cost no round trip. */
export function limitTransactions(
  client: object & { query: unknown },
  limits: Readonly<Record<string, number>>,
): void {
  const { query } = client;
  if (typeof query !== "function") throw new TypeError("a database client without queries");
  const settings = Object.entries(limits).map(([name, value]) => `set local ${name} = ${value}`);
  const begin = ["begin", ...settings].join("; ");
  client.query = (config: unknown, ...rest: unknown[]) =>
    query.call(client, config === "begin" ? begin : config, ...rest);
}

/**
 * Runs each query of the pool itself in a transaction, so that the timeouts apply to it; everything is sent at once, in
 * one round trip.
 */
export function runAloneInTransactions(pool: pg.Pool): void {
  const query = async (config: string | pg.QueryConfig, values?: unknown[]) => {
    const client = await pool.connect();
    const [begun, answered, ended] = await Promise.allSettled([
      client.query("begin"),
      client.query(config, values),
      client.query("commit"),
    ]);
    // A statement that failed was rolled back by the commit.
    const failed = [begun, ended].find((step) => step.status === "rejected");
    client.release(failed && true);
    if (answered.status === "rejected") throw answered.reason;
    if (failed) throw failed.reason;
    return answered.value;
  };
  Object.assign(pool, { query });
}
