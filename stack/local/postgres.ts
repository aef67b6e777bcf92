import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort, StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import {
  asAccount,
  cleanEnvironment,
  copyCluster,
  createCluster,
  findPostgres,
  homeFor,
  superuser,
  unprivilegedAccount,
} from "./postgres-cluster.ts";
import { isRunning, type ProcessRecord, requireRunning, startDetached, stopProcess } from "./process.ts";
import { isRoot } from "./programs.ts";
import type { ServerOptions } from "./rabbitmq.ts";
import { withDisk } from "./small-disk.ts";
import { readState, writeState } from "./state-file.ts";

/** A database server of our own, listening on 127.0.0.1 only. */
export interface Postgres {
  /** Of the superuser, on the database `postgres`. */
  readonly databaseUrl: string;
}

interface PostgresState {
  readonly password: string;
  readonly port: number;
  /** Path of the cluster: inside the directory, unless PostgreSQL's user cannot reach it. */
  readonly home: string;
  readonly server?: ProcessRecord;
}

const stateFile = (directory: string) => join(directory, "state.json");

export interface PostgresOptions extends ServerOptions {
  /** Further settings, as `name=value`. */
  readonly settings?: readonly string[];
  /** Directory of a running server: this one becomes its standby, with its data and password. */
  readonly standbyOf?: string;
  /**
   * Megabytes of a separate disk for the tablespace `small`, the default for new tables; lost when the server stops.
   */
  readonly disk?: number;
}

/** Starts the server of this directory, or returns the one that runs already. Keeps the data of an earlier start. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { directory, progress = console.error, wellKnownPorts = false, settings = [], disk } = options;
  const earlier = readState<PostgresState>(stateFile(directory));
  if (earlier && isRunning(earlier.server)) return ready(earlier);

  const programs = findPostgres(progress);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const account = isRoot ? unprivilegedAccount() : undefined;
  const home = earlier?.home ?? homeFor(directory, account);
  const cluster = join(home, "data");
  const primary = options.standbyOf === undefined ? undefined : serverOf(options.standbyOf);
  if (!earlier && existsSync(cluster)) {
    throw new Error(
      `there is data in "${cluster}", but the password to it is lost: delete it, and try again`,
    );
  }
  let state: PostgresState = {
    password: primary?.password ?? earlier?.password ?? randomBytes(18).toString("base64url"),
    port: await freePort(earlier?.port ?? (wellKnownPorts ? 5432 : 0)),
    home,
  };
  writeState(stateFile(directory), state);
  if (primary) await copyCluster(programs, home, urlOf(primary), account);
  else if (!existsSync(join(cluster, "PG_VERSION")))
    await createCluster(programs, home, state.password, account);
  const server = [
    programs.forCluster(cluster),
    ...["-D", cluster, "-p", String(state.port)],
    ...["-c", "listen_addresses=127.0.0.1"],
    // TCP only: the path of a Unix socket must be shorter than 108 bytes, and no two servers may share one.
    ...["-c", "unix_socket_directories="],
    ...["-c", "max_connections=300"],
    ...(disk === undefined ? [] : ["-c", "default_tablespace=small"]),
    ...settings.flatMap((setting) => ["-c", setting]),
  ];
  const [command = "", ...args] =
    disk === undefined ? asAccount(account, server) : withDisk(diskOf(state), disk, account, server);
  const startOnce = async (): Promise<Postgres> => {
    const logFile = logOf(state);
    const record = await startDetached({ command, args, env: cleanEnvironment(), cwd: "/", logFile });
    state = { ...state, server: record };
    writeState(stateFile(directory), state);
    const postgres = await ready(state);
    if (disk !== undefined) await createTablespace(postgres, diskOf(state));
    return postgres;
  };
  return retryWhileExiting(startOnce, logOf(state));
}

/**
 * PostgreSQL's error while a killed server is still exiting: its sessions hold its shared memory until their statements
 * end, and its pid is in use until its parent has reaped it.
 */
const oldServerExits = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/** Retries for a minute, as long as that is the only error. */
async function retryWhileExiting(start: () => Promise<Postgres>, logFile: string): Promise<Postgres> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const printedBefore = existsSync(logFile) ? statSync(logFile).size : 0;
    try {
      return await start();
    } catch (error) {
      const printed = readFileSync(logFile).subarray(printedBefore).toString("utf8");
      if (!(error instanceof StopWaiting) || !oldServerExits.test(printed) || Date.now() > deadline)
        throw error;
      await delay(200);
    }
  }
}

/** Stops the server of this directory, if it runs. @param purge whether to delete its data as well */
export async function stopPostgres(directory: string, { purge = false } = {}): Promise<void> {
  const state = readState<PostgresState>(stateFile(directory));
  if (state) {
    // SIGINT is "fast shutdown": it ends open sessions, where SIGTERM would wait for them.
    await stopProcess(state.server, { signal: "SIGINT", timeout: 60_000 });
    writeState(stateFile(directory), { password: state.password, port: state.port, home: state.home });
  }
  if (purge) {
    if (state) rmSync(state.home, { recursive: true, force: true });
    rmSync(directory, { recursive: true, force: true });
  }
}

/** This directory's server, `undefined` when it does not run. @returns also its pid, and where its separate disk is */
export function runningPostgres(
  directory: string,
): (Postgres & { readonly pid: number; readonly disk: string }) | undefined {
  const state = readState<PostgresState>(stateFile(directory));
  if (!state || !isRunning(state.server)) return undefined;
  return { databaseUrl: urlOf(state), pid: state.server.pid, disk: diskOf(state) };
}

async function createTablespace({ databaseUrl }: Postgres, disk: string): Promise<void> {
  await withClient(databaseUrl, async (client) => {
    await client.query(`create tablespace small location '${disk}'`);
    await client.query("grant create on tablespace small to public");
  });
}

function serverOf(directory: string): PostgresState {
  const state = readState<PostgresState>(stateFile(directory));
  if (state) return state;
  throw new Error(`there is no PostgreSQL in "${directory}"`);
}

/** The server's log, `undefined` before its first start. */
export function postgresLog(directory: string): string | undefined {
  const state = readState<PostgresState>(stateFile(directory));
  return state && logOf(state);
}

const urlOf = ({ password, port }: PostgresState) =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
const diskOf = ({ home }: PostgresState) => join(home, "disk");
const logOf = ({ home }: PostgresState) => join(home, "postgres.log");

async function ready(state: PostgresState): Promise<Postgres> {
  const databaseUrl = urlOf(state);
  await waitFor(
    async () => {
      requireRunning("PostgreSQL", state.server, logOf(state));
      return withClient(databaseUrl, async () => true);
    },
    { what: `PostgreSQL in "${state.home}" to be ready`, timeout: 60_000, interval: 100 },
  );
  return { databaseUrl };
}
