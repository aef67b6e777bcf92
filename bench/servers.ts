/** A broker and a database server of the benchmark's own, configured as every other stack's. */
import { join } from "node:path";
import type { AdminEnvironment } from "@orders/stack/provision";
import { backingServicesUp, runningPostgres, runningRabbitmq } from "@orders/stack/servers";

export interface Servers {
  readonly admin: AdminEnvironment;
  readonly pids: { readonly rabbitmq: number; readonly postgres: number };
}

/**
 * When a transaction was committed is what "settled" goes by: written down by the database itself, it costs nobody a
 * message or a query while the load runs.
 */
const observing = ["track_commit_timestamp=on"];

/** The run's clearing up stops them. @param more further settings of PostgreSQL, for profiles */
export async function startServers(directory: string, more: readonly string[] = []): Promise<Servers> {
  const admin = await backingServicesUp(directory, { postgresSettings: [...observing, ...more] });
  const pids = {
    rabbitmq: runningRabbitmq(join(directory, "rabbitmq"))?.pid ?? 0,
    postgres: runningPostgres(join(directory, "postgres"))?.pid ?? 0,
  };
  return { admin, pids };
}
