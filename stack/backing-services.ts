import { join } from "node:path";
import { startPostgres, stopPostgres } from "./postgres.ts";
import type { AdminEnvironment } from "./provision.ts";
import { startRabbitmq, stopRabbitmq } from "./rabbitmq.ts";
import { allEnded } from "./wait.ts";

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
  const [postgres, rabbitmq] = await allEnded([
    startPostgres({ ...options, directory: join(directory, "postgres") }),
    startRabbitmq({ ...options, directory: join(directory, "rabbitmq") }),
  ]);
  return {
    AMQP_URL: rabbitmq.amqpUrl,
    RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
    DATABASE_URL: postgres.databaseUrl,
  };
}

/** Stops what `backingServicesUp` started in this directory. @param purge whether to delete the data as well */
export async function backingServicesDown(directory: string, { purge = false } = {}): Promise<void> {
  await allEnded([
    stopRabbitmq(join(directory, "rabbitmq"), { purge }),
    stopPostgres(join(directory, "postgres"), { purge }),
  ]);
}
