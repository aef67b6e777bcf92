/** A broker and a database server for the benchmark, configured like those of every other stack. */
import { join } from "node:path";
import { containerProcesses, containerServersUp } from "@orders/stack/containers";
import type { AdminEnvironment } from "@orders/stack/provision";
import { backingServicesUp, runningPostgres, runningRabbitmq } from "@orders/stack/servers";
import { parentOf } from "./processes.ts";

export interface Servers {
  readonly admin: AdminEnvironment;
  /** Process ids by role; their children count as well. */
  readonly pids: Readonly<Record<string, readonly number[]>>;
  /** Processes whose work, with that of their children, does not disturb a measurement. */
  readonly ours: readonly number[];
}

/** Settling is measured by the database's commit timestamps, which cost no message or query while the load runs. */
const observing = ["track_commit_timestamp=on"];

/** `make bench STACK=containers`: uses RabbitMQ and PostgreSQL from compose.yaml instead of the installed ones. */
export const inContainers = process.env.STACK === "containers";

/** They are stopped when the run cleans up. @param more additional PostgreSQL settings, for profiles */
export async function startServers(directory: string, more: readonly string[] = []): Promise<Servers> {
  const options = { postgresSettings: [...observing, ...more] };
  if (inContainers) {
    const published = await containerServersUp(directory, options);
    const { admin, pids } = containerProcesses(directory, published);
    // Compose's health checks run beside a container's first process, as children of the process that started it.
    const ours = [parentOf(pids.rabbitmq), parentOf(pids.postgres)];
    return { admin, pids: { rabbitmq: [pids.rabbitmq], postgres: [pids.postgres] }, ours };
  }
  const admin = await backingServicesUp(directory, options);
  const pids = {
    rabbitmq: [runningRabbitmq(join(directory, "rabbitmq"))?.pid ?? 0],
    postgres: [runningPostgres(join(directory, "postgres"))?.pid ?? 0],
  };
  return { admin, pids, ours: Object.values(pids).flat() };
}
