import { existsSync } from "node:fs";
import { changedUrl } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import type { BackingServicesOptions } from "../local/backing-services.ts";
import type { AdminEnvironment } from "../provision.ts";
import {
  compose,
  composeArgs,
  docker,
  newProjectPasswords,
  type ProjectState,
  portSettings,
  projectIn,
  projectState,
  publishedServers,
  removeProject,
  serverCpus,
  writeProject,
} from "./project.ts";

/**
 * Starts only the RabbitMQ and the PostgreSQL of compose.yaml, or finds them running. Their settings are kept in
 * `directory`.
 */
export async function containerServersUp(
  directory: string,
  {
    progress = () => {},
    postgresSettings = [],
  }: Pick<BackingServicesOptions, "progress" | "postgresSettings"> = {},
): Promise<AdminEnvironment> {
  const project = projectIn(directory);
  const state: ProjectState = projectState(project) ?? {
    passwords: newProjectPasswords(),
    settings: {
      ...(await portSettings({ RABBITMQ_PORT: 0, RABBITMQ_MANAGEMENT_PORT: 0, POSTGRES_PORT: 0 }, undefined)),
      SERVER_CPUS: serverCpus(),
      // compose.yaml has no default for these; the services that need them are not started.
      AUTH_ISSUER: "unused",
      AUTH_JWKS_FILE: "/dev/null",
      BREAK_IT_DIRECTORY: "/tmp",
    },
  };
  writeProject(project, state);
  progress("starting rabbitmq and postgres in containers");
  if (!compose(project, "up", "-d", "--wait", "rabbitmq", "postgres"))
    throw new Error("docker compose could not start rabbitmq and postgres: see its messages above");
  const servers = publishedServers(state);
  if (postgresSettings.length > 0) {
    await withClient(servers.DATABASE_URL, async (client) => {
      for (const setting of postgresSettings) {
        const [name = "", value = ""] = setting.split("=");
        await client.query(
          `alter system set ${client.escapeIdentifier(name)} = ${client.escapeLiteral(value)}`,
        );
      }
    });
    if (!compose(project, "restart", "postgres") || !compose(project, "up", "-d", "--wait", "postgres"))
      throw new Error("docker compose could not restart postgres: see its messages above");
  }
  return servers;
}

/** The servers of `containerServersUp` as Linux sees them. */
export interface ContainerProcesses {
  /** Addresses of the containers themselves, without the proxy of a published port. */
  readonly admin: AdminEnvironment;
  /** Each server's main process on this machine. */
  readonly pids: Readonly<Record<"rabbitmq" | "postgres", number>>;
}

/** @throws Error where the containers run in a virtual machine, as on macOS: their processes are not this machine's */
export function containerProcesses(directory: string, published: AdminEnvironment): ContainerProcesses {
  const of = (server: "rabbitmq" | "postgres") => {
    const id = docker(...composeArgs(projectIn(directory), "ps", "-q", server)).trim();
    const format = "{{.State.Pid}} {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    const [pid = "", address = ""] = docker("inspect", "--format", format, id).trim().split(" ");
    if (!existsSync(`/proc/${pid}/stat`))
      throw new Error(
        `the process of ${server}'s container is not on this machine, so it cannot be measured`,
      );
    return { pid: Number(pid), address };
  };
  const [rabbitmq, postgres] = [of("rabbitmq"), of("postgres")];
  return {
    admin: {
      AMQP_URL: changedUrl(published.AMQP_URL, { host: `${rabbitmq.address}:5672` }),
      RABBITMQ_MANAGEMENT_URL: changedUrl(published.RABBITMQ_MANAGEMENT_URL, {
        host: `${rabbitmq.address}:15672`,
      }),
      DATABASE_URL: changedUrl(published.DATABASE_URL, { host: `${postgres.address}:5432` }),
    },
    pids: { rabbitmq: rabbitmq.pid, postgres: postgres.pid },
  };
}

/** Removes what `containerServersUp` started for this directory, with its data. Does nothing when it did not. */
export function containerServersDown(directory: string): void {
  const project = projectIn(directory);
  if (projectState(project) === undefined) return;
  if (!compose(project, "down", "--volumes", "--timeout", "5")) throw new Error("docker compose down failed");
  removeProject(project);
}
