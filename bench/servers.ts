/** A broker and a database server of the benchmark's own, configured as every other stack's. */
import { join } from "node:path";
import { runningPostgres, startPostgres, stopPostgres } from "../stack/postgres.ts";
import type { AdminEnvironment } from "../stack/provision.ts";
import { runningRabbitmq, startRabbitmq, stopRabbitmq } from "../stack/rabbitmq.ts";
import { allEnded } from "../stack/wait.ts";

export interface Servers {
  readonly admin: AdminEnvironment;
  readonly pids: { readonly rabbitmq: number; readonly postgres: number };
  /** Stops them and deletes their data. */
  remove(): Promise<void>;
}

/**
 * When a transaction was committed is what "settled" goes by: written down by the database itself, it costs nobody a
 * message or a query while the load runs.
 */
const observing = ["track_commit_timestamp=on"];

/** @param more further settings of PostgreSQL, for profiles */
export async function startServers(directory: string, more: readonly string[] = []): Promise<Servers> {
  const places = { rabbitmq: join(directory, "rabbitmq"), postgres: join(directory, "postgres") };
  const remove = async () => {
    await allEnded([
      stopRabbitmq(places.rabbitmq, { purge: true }),
      stopPostgres(places.postgres, { purge: true }),
    ]);
  };
  try {
    const [rabbitmq, postgres] = await allEnded([
      startRabbitmq({ directory: places.rabbitmq }),
      startPostgres({ directory: places.postgres, settings: [...observing, ...more] }),
    ]);
    return {
      admin: {
        AMQP_URL: rabbitmq.amqpUrl,
        RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
        DATABASE_URL: postgres.databaseUrl,
      },
      pids: {
        rabbitmq: runningRabbitmq(places.rabbitmq)?.pid ?? 0,
        postgres: runningPostgres(places.postgres)?.pid ?? 0,
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}
