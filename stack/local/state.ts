import { join } from "node:path";
import { logDirectory, stackDirectory } from "../paths.ts";
import type { AdminEnvironment, Passwords } from "../provision.ts";
import { type PartName, type Ports, partNames } from "./parts.ts";
import { runningPostgres } from "./postgres.ts";
import { isRunning, type ProcessRecord } from "./process.ts";
import { runningRabbitmq } from "./rabbitmq.ts";
import { readState } from "./state-file.ts";

/** The local processes of the system. Contains passwords. */
export interface LocalState {
  readonly passwords: Passwords;
  readonly ports?: Ports;
  /** The servers that the environment named; absent when the system started its own. */
  readonly servers?: AdminEnvironment;
  /** Whether the services restart when their code changes. */
  readonly watch?: boolean;
  readonly processes: Readonly<Partial<Record<PartName, PartRecord>>>;
}

export interface PartRecord extends ProcessRecord {
  /** Of the code and the settings that it was started with. */
  readonly fingerprint: string;
}

export const stateFile = join(stackDirectory, "local.json");
export const localState = () => readState<LocalState>(stateFile);
export const logFile = (name: string) => join(logDirectory, `${name}.log`);

/** The RabbitMQ and the PostgreSQL that the system started, where they run. */
export function ownServers() {
  return {
    rabbitmq: runningRabbitmq(join(stackDirectory, "rabbitmq")),
    postgres: runningPostgres(join(stackDirectory, "postgres")),
  };
}

export function runningParts(state: LocalState | undefined): PartName[] {
  return partNames.filter((name) => isRunning(state?.processes[name]));
}
