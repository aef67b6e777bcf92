import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { waitFor } from "@rabbit-contract/messaging/testing";
import type { Control, ControlledPart, ControlState, PartAction } from "../control.ts";
import { type ServiceName, serviceNames } from "../names.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { partsOfState, startable } from "./parts-of-state.ts";
import { startPostgres, stopPostgres } from "./postgres.ts";
import { isRunning, killServer, requireRunning, stopProcess } from "./process.ts";
import { startRabbitmq, stopRabbitmq } from "./rabbitmq.ts";
import { untilAnswering } from "./readiness.ts";
import { serverOptions } from "./server-options.ts";
import { startPart } from "./start-part.ts";
import { type LocalState, logFile, ownServers, stateFileIn } from "./state.ts";
import { readState, writeState } from "./state-file.ts";

const servers = ["rabbitmq", "postgres"] as const;
type Server = (typeof servers)[number];
const kinds = { rabbitmq: "broker", postgres: "database" } as const;

/** Of the processes in the state files of a directory, and of no other. */
export class LocalControl implements Control {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async parts(): Promise<ControlledPart[]> {
    const state = this.#state();
    const processes = await allProcesses();
    const stateOf = (name: ServiceName | Server) => stateIn(processes, this.#pidOf(name, state));
    const own = state.servers ? [] : servers;
    return [
      ...serviceNames.map((name) => ({ name, kind: "service" as const, state: stateOf(name) })),
      ...own.map((name) => ({ name, kind: kinds[name], state: stateOf(name) })),
    ];
  }

  async act(name: string, action: PartAction): Promise<void> {
    const state = this.#state();
    const service = serviceNames.find((one) => one === name);
    const server = state.servers ? undefined : servers.find((one) => one === name);
    const part = service ?? server;
    if (part === undefined) throw new Error(`there is no part "${name}"`);
    const pid = this.#pidOf(part, state);
    if (pid !== undefined) {
      if (action === "pause") {
        signal(await familyOf(pid), "SIGSTOP");
        // A process stops when its threads next run, which may be later on a busy machine.
        await waitFor(async () => stateIn(await allProcesses(), pid) !== "running", {
          what: `${name} to be paused`,
          timeout: 30_000,
        });
        return;
      }
      signal(await familyOf(pid), "SIGCONT");
    }
    if (service) return this.#actOnService(service, action, state);
    if (server) return this.#actOnServer(server, action, pid);
  }

  async #actOnService(name: ServiceName, action: PartAction, state: LocalState): Promise<void> {
    const record = state.processes[name];
    if (action === "stop" || action === "kill")
      return stopProcess(record, { signal: action === "kill" ? "SIGKILL" : "SIGTERM" });
    const known = startable(state);
    const part = known && partsOfState(known).find((one) => one.name === name);
    if (action !== "start" || isRunning(record) || !known || !part) return;
    const started = { ...(await startPart(part)), fingerprint: fingerprintOf(part, state.watch === true) };
    const now = this.#state();
    const processes = { ...now.processes, [name]: started };
    writeState(stateFileIn(this.#directory), { ...now, processes });
    await untilAnswering(name, known.ports, () => requireRunning(name, started, logFile(name)));
  }

  async #actOnServer(name: Server, action: PartAction, pid: number | undefined): Promise<void> {
    const directory = join(this.#directory, name);
    if (action === "start") {
      if (name === "rabbitmq") await startRabbitmq({ directory, ...serverOptions });
      else await startPostgres({ directory, ...serverOptions });
    } else if (pid !== undefined && action === "kill") {
      await killServer(pid, this.#urlsOf(name));
    } else if (pid !== undefined && action === "stop") {
      if (name === "rabbitmq") await stopRabbitmq(directory);
      else await stopPostgres(directory);
    }
  }

  #urlsOf(name: Server): string[] {
    const { rabbitmq, postgres } = ownServers(this.#directory);
    const urls =
      name === "rabbitmq"
        ? [rabbitmq?.amqpUrl, rabbitmq?.managementUrl, rabbitmq?.metricsUrl]
        : [postgres?.databaseUrl];
    return urls.filter((url) => url !== undefined);
  }

  #state(): LocalState {
    const state = readState<LocalState>(stateFileIn(this.#directory));
    if (state) return state;
    throw new Error("the system is not running: start it with make up");
  }

  #pidOf(name: ServiceName | Server, state: LocalState): number | undefined {
    if (name === "rabbitmq" || name === "postgres") return ownServers(this.#directory)[name]?.pid;
    const record = state.processes[name];
    return isRunning(record) ? record.pid : undefined;
  }
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly stopped: boolean;
}

async function allProcesses(): Promise<ProcessRow[]> {
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,stat="]);
  return stdout
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, stat = ""]) => ({
      pid: Number(pid),
      parent: Number(parent),
      stopped: stat.startsWith("T"),
    }));
}

function stateIn(processes: readonly ProcessRow[], pid: number | undefined): ControlState {
  const row = pid === undefined ? undefined : processes.find((one) => one.pid === pid);
  if (!row) return "stopped";
  return row.stopped ? "paused" : "running";
}

/** A process and its children: PostgreSQL's sessions continue while the server itself is stopped. */
async function familyOf(pid: number): Promise<number[]> {
  const processes = await allProcesses();
  return [pid, ...processes.filter(({ parent }) => parent === pid).map((row) => row.pid)];
}

function signal(pids: readonly number[], name: "SIGSTOP" | "SIGCONT"): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch (error) {
      // A child ended since.
      if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    }
  }
}
