import { freePorts } from "@rabbit-contract/messaging/testing";
import type { BackingServicesOptions } from "../local/backing-services.ts";
import type { AdminEnvironment } from "../provision.ts";
import {
  compose,
  newProjectPasswords,
  type ProjectState,
  projectIn,
  projectState,
  publishedServers,
  removeProject,
  type ServerPorts,
  serverCpus,
  writeProject,
} from "./project.ts";

/** Starts the RabbitMQ and the PostgreSQL of compose.yaml alone, or finds them running. Their settings are kept in `directory`. */
export async function containerServersUp(
  directory: string,
  { progress = () => {} }: Pick<BackingServicesOptions, "progress"> = {},
): Promise<AdminEnvironment> {
  const project = projectIn(directory);
  const state: ProjectState = projectState(project) ?? {
    passwords: newProjectPasswords(),
    settings: {
      ...(await freeServerPorts(0, 0, 0)),
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
  return publishedServers(state);
}

/** Removes what `containerServersUp` started for this directory, with its data. Does nothing when it did not. */
export function containerServersDown(directory: string): void {
  const project = projectIn(directory);
  if (projectState(project) === undefined) return;
  if (!compose(project, "down", "--volumes", "--timeout", "5")) throw new Error("docker compose down failed");
  removeProject(project);
}

/** The preferred ports where they are free, else others. */
export async function freeServerPorts(amqp: number, management: number, sql: number): Promise<ServerPorts> {
  const [first, second, third] = (await freePorts(amqp, management, sql)).map(String);
  return {
    RABBITMQ_PORT: first ?? "",
    RABBITMQ_MANAGEMENT_PORT: second ?? "",
    POSTGRES_PORT: third ?? "",
  };
}
