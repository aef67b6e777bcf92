import type { Observability } from "./containers/observability.ts";
import type { Control } from "./control.ts";
import type { Ports } from "./local/parts.ts";
import type { Readiness } from "./local/readiness.ts";
import type { ServiceName } from "./names.ts";
import type { AdminEnvironment } from "./provision.ts";

export type Progress = (line: string) => void;

/** Where the running system is reached on this machine. Contains the passwords of its servers. */
export interface Addresses {
  readonly ports: Ports;
  readonly servers: AdminEnvironment;
  readonly observability?: Observability;
}

/** A broker, and the names of the system on it. */
export interface BrokerPlace {
  readonly managementUrl: string;
  readonly virtualHost: string;
  /** Prefix of the names of the services' users. */
  readonly prefix: string;
}

export interface PartStatus {
  readonly name: string;
  /** `done`: it had one job, and has completed it. */
  readonly state: Readiness | "stopped" | "done";
  /** The checks that it reports as failing, each with its cause. */
  readonly troubles?: readonly string[];
  /** Messages that are parked in its outbox. */
  readonly parked?: number;
  readonly where: string;
  readonly pid?: number;
}

/** A way to run the system on this machine: in containers or as local processes. */
export interface Stack {
  /** For Try to break it. */
  readonly control: Control;
  /** Whether any part of it runs, or a container of it exists. */
  exists(): boolean;
  /**
   * Starts what does not run, restarts the parts whose code or settings changed, and returns when all are ready.
   * @param watch whether a service restarts when its code changes
   */
  start(options: { readonly progress: Progress; readonly watch?: boolean }): Promise<Addresses>;
  /** Does nothing when nothing runs. @param purge whether to delete the data as well */
  stop(options: { readonly purge: boolean; readonly progress: Progress }): Promise<void>;
  /** Restarts one part with its current code. @throws Error when there is no such part */
  restart(part: string, progress: Progress): Promise<void>;
  status(): Promise<PartStatus[]>;
  /** Prints the logs of all parts, or of one. @param follow until Ctrl-C */
  logs(part: string | undefined, follow: boolean): void;
  /** @throws Error when it does not run */
  addresses(): Addresses;
  /** @throws Error when it does not run */
  broker(): BrokerPlace;
  /** Opens psql on the database of a service, as the owner of its tables. */
  psql(service: ServiceName): void;
}
