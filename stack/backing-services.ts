import { join } from "node:path";
import { startPostgres, stopPostgres } from "./postgres.ts";
import type { AdminEnvironment } from "./provision.ts";
import { startRabbitmq, stopRabbitmq } from "./rabbitmq.ts";

export interface BackingServicesOptions {
  readonly progress?: (line: string) => void;
  /** Whether to take the ports that everybody knows where they are free. @default false */
  readonly wellKnownPorts?: boolean;
}

/** Starts a RabbitMQ and a PostgreSQL of our own with their files in this directory, or finds them running. */
export async function backingServicesUp(
  directory: string,
  options: BackingServicesOptions = {},
): Promise<AdminEnvironment> {
  // One after the other until both are found, since they may have to be installed with apt-get.
  const postgres = await startPostgres({ ...options, directory: join(directory, "postgres") });
  const rabbitmq = await startRabbitmq({ ...options, directory: join(directory, "rabbitmq") });
  return {
    AMQP_URL: rabbitmq.amqpUrl,
    RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
    DATABASE_URL: postgres.databaseUrl,
  };
}

/** Stops what `backingServicesUp` started in this directory. @param purge whether to delete the data as well */
export async function backingServicesDown(directory: string, { purge = false } = {}): Promise<void> {
  await stopRabbitmq(join(directory, "rabbitmq"), { purge });
  await stopPostgres(join(directory, "postgres"), { purge });
}
