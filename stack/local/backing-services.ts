import { join } from "node:path";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import type { AdminEnvironment } from "../provision.ts";
import { stopPgbouncer } from "./pgbouncer.ts";
import { runningPostgres, startPostgres, stopPostgres } from "./postgres.ts";
import { runningRabbitmq, startRabbitmq, stopRabbitmq } from "./rabbitmq.ts";

export interface BackingServicesOptions {
  readonly progress?: (line: string) => void;
  /** Whether to use the default ports if they are free. @default false */
  readonly wellKnownPorts?: boolean;
  /** As in RabbitMQ's options. */
  readonly statisticsInterval?: number;
  /** Further settings of PostgreSQL, as `name=value`. */
  readonly postgresSettings?: readonly string[];
}

/** Starts a RabbitMQ and a PostgreSQL of our own with their files in this directory, or finds them running. */
export async function backingServicesUp(
  directory: string,
  options: BackingServicesOptions = {},
): Promise<AdminEnvironment> {
  const { progress = () => {}, postgresSettings = [] } = options;
  const places = { rabbitmq: join(directory, "rabbitmq"), postgres: join(directory, "postgres") };
  const runs = { rabbitmq: runningRabbitmq(places.rabbitmq), postgres: runningPostgres(places.postgres) };
  if (runs.rabbitmq && runs.postgres) progress("rabbitmq and postgres run already");
  else progress("starting rabbitmq and postgres (about 10 seconds)");
  const [rabbitmq, postgres] = await waitForAll([
    startRabbitmq({ ...options, directory: places.rabbitmq }).then((server) => {
      if (!runs.rabbitmq) progress(`rabbitmq is ready on port ${new URL(server.amqpUrl).port}`);
      return server;
    }),
    startPostgres({ ...options, directory: places.postgres, settings: postgresSettings }).then((server) => {
      if (!runs.postgres) progress(`postgres is ready on port ${new URL(server.databaseUrl).port}`);
      return server;
    }),
  ]);
  return {
    AMQP_URL: rabbitmq.amqpUrl,
    RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
    DATABASE_URL: postgres.databaseUrl,
  };
}

/** Stops what `backingServicesUp` started in this directory, and a pooler there. @param purge whether to delete the data as well */
export async function backingServicesDown(directory: string, { purge = false } = {}): Promise<void> {
  await waitForAll([
    stopPgbouncer(join(directory, "pgbouncer"), { purge }),
    stopRabbitmq(join(directory, "rabbitmq"), { purge }),
    stopPostgres(join(directory, "postgres"), { purge }),
  ]);
}
