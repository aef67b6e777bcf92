import { join } from "node:path";
import { logDirectory, stackDirectory } from "../paths.ts";
import type { AdminEnvironment, Passwords, SystemPlace } from "../provision.ts";
import { type PartName, type Ports, partNames } from "./parts.ts";
import { runningPostgres } from "./postgres.ts";
import { isRunning, type ProcessRecord } from "./process.ts";
import { runningRabbitmq } from "./rabbitmq.ts";
import { readState } from "./state-file.ts";

/** The local processes of the system. Contains passwords. */
export interface LocalState {
  readonly passwords: Passwords;
  /** Password of the broker's user for the console. An earlier version stored none. */
  readonly monitorPassword?: string;
  readonly ports?: Ports;
  /** The servers that the environment named; absent when the system started its own. */
  readonly servers?: AdminEnvironment;
  /** The servers in use, whether they run at this moment or not. */
  readonly admin?: AdminEnvironment;
  /** Whether the services restart when their code changes. */
  readonly watch?: boolean;
  readonly processes: Readonly<Partial<Record<PartName, PartRecord>>>;
}

export interface PartRecord extends ProcessRecord {
  /** Fingerprint of the code and the settings that it was started with. */
  readonly fingerprint: string;
}

export const stateFileIn = (directory: string) => join(directory, "local.json");
export const stateFile = stateFileIn(stackDirectory);
export const localState = () => readState<LocalState>(stateFile);
export const logFile = (name: string) => join(logDirectory, `${name}.log`);

/** The RabbitMQ and the PostgreSQL that the system started, if they run. */
export function ownServers(directory = stackDirectory) {
  return {
    rabbitmq: runningRabbitmq(join(directory, "rabbitmq")),
    postgres: runningPostgres(join(directory, "postgres")),
  };
}

export function placeOf(state: LocalState, admin: AdminEnvironment): SystemPlace {
  return { admin, ...namesOn(state.servers) };
}

/** On its own servers the system uses plain names; on servers of the environment, names with a prefix. */
export function namesOn(servers: AdminEnvironment | undefined) {
  return servers
    ? { virtualHost: "orders-over-rabbitmq", prefix: "orders_over_rabbitmq_" }
    : { virtualHost: "/", prefix: "" };
}

export function runningParts(state: LocalState | undefined): PartName[] {
  return partNames.filter((name) => isRunning(state?.processes[name]));
}
