/** RabbitMQ and PostgreSQL for tests: in containers if they are not installed and an engine answers, else local. */
import { containerServersDown, containerServersUp } from "./containers/backing-services.ts";
import { engineAnswers } from "./containers/project.ts";
import {
  type BackingServicesOptions,
  backingServicesDown,
  backingServicesUp,
} from "./local/backing-services.ts";
import { postgresProgram } from "./local/postgres-cluster.ts";
import { canInstall } from "./local/programs.ts";
import { installedRabbitmq } from "./local/rabbitmq.ts";
import type { AdminEnvironment } from "./provision.ts";

/**
 * Settings of PostgreSQL for tests: nothing in it outlives their run, and their databases are small, many and short-lived.
 * They make a difference only where its data is on a disk, since there is no room for it in memory. Not for tests that
 * kill the server.
 */
export const shortLived = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  "autovacuum=off",
] as const;

const areInstalled = () => installedRabbitmq() !== undefined && postgresProgram("initdb") !== undefined;

/** Whether a test can start servers of its own, to kill and to pause: these are always local processes. */
export function localServersArePossible(): boolean {
  return areInstalled() || canInstall();
}

/** Starts the servers whose files are in this directory, or finds them running. */
export function serversUp(
  directory: string,
  options: Pick<BackingServicesOptions, "progress" | "postgresSettings">,
): Promise<AdminEnvironment> {
  const inContainers = process.env.STACK !== "local" && !areInstalled() && engineAnswers();
  return inContainers ? containerServersUp(directory, options) : backingServicesUp(directory, options);
}

/** Stops what `serversUp` started in this directory, and deletes its data. */
export async function serversDown(directory: string): Promise<void> {
  containerServersDown(directory);
  await backingServicesDown(directory, { purge: true });
}
