/** RabbitMQ and PostgreSQL for tests: in containers if they are not installed and an engine answers, else local. */
import { containerServersDown, containerServersUp } from "./containers/backing-services.ts";
import { engineAnswers } from "./containers/project.ts";
import { backingServicesDown, backingServicesUp } from "./local/backing-services.ts";
import { postgresProgram } from "./local/postgres-cluster.ts";
import { installedRabbitmq } from "./local/rabbitmq.ts";
import type { AdminEnvironment } from "./provision.ts";
import type { Progress } from "./stack.ts";

/** Starts the servers whose files are in this directory, or finds them running. */
export function serversUp(
  directory: string,
  options: { readonly progress: Progress },
): Promise<AdminEnvironment> {
  const inContainers =
    process.env.STACK !== "local" && !(installedRabbitmq() && postgresProgram("initdb")) && engineAnswers();
  return inContainers ? containerServersUp(directory, options) : backingServicesUp(directory, options);
}

/** Stops what `serversUp` started in this directory, and deletes its data. */
export async function serversDown(directory: string): Promise<void> {
  containerServersDown(directory);
  await backingServicesDown(directory, { purge: true });
}
