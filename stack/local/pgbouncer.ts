import { chmodSync, chownSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changedUrl, freePort, waitFor } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import {
  type Account,
  asAccount,
  cleanEnvironment,
  homeFor,
  unprivilegedAccount,
} from "./postgres-cluster.ts";
import { isRunning, type ProcessRecord, requireRunning, startDetached, stopProcess } from "./process.ts";
import { findOrInstall, findProgram, isRoot } from "./programs.ts";
import { readState, writeState } from "./state-file.ts";

/** A connection pooler of our own in transaction mode, listening on 127.0.0.1 only. */
export interface Pgbouncer {
  /** The superuser's URL through the pooler, which serves every database and role of the server. */
  readonly databaseUrl: string;
}

interface PgbouncerState {
  readonly databaseUrl: string;
  readonly home: string;
  readonly server?: ProcessRecord;
}

export interface PgbouncerOptions {
  readonly directory: string;
  /** Of the superuser of the server behind it. */
  readonly databaseUrl: string;
  readonly progress?: (line: string) => void;
}

const stateFile = (directory: string) => join(directory, "state.json");
const logOf = (home: string) => join(home, "pgbouncer.log");

/** Starts the pooler of this directory, or returns the one that runs already. Keeps the port of an earlier start. */
export async function startPgbouncer(options: PgbouncerOptions): Promise<Pgbouncer> {
  const { directory, progress = console.error } = options;
  const earlier = readState<PgbouncerState>(stateFile(directory));
  if (earlier && isRunning(earlier.server)) return earlier;

  const program = findOrInstall(() => findProgram("pgbouncer", "/usr/sbin"), "pgbouncer", progress);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  // It refuses to run as root, as PostgreSQL does.
  const account = isRoot ? unprivilegedAccount() : undefined;
  const home = earlier?.home ?? homeFor(directory, account);
  const port = await freePort(earlier ? Number(new URL(earlier.databaseUrl).port) : 0);
  const databaseUrl = changedUrl(options.databaseUrl, { host: `127.0.0.1:${port}` });
  const configuration = writeConfiguration(home, options.databaseUrl, port, account);
  const [command = "", ...args] = asAccount(account, [program, configuration]);
  const logFile = logOf(home);
  const server = await startDetached({ command, args, env: cleanEnvironment(), cwd: "/", logFile });
  const state: PgbouncerState = { databaseUrl, home, server };
  writeState(stateFile(directory), state);
  return ready(state);
}

/** Stops the pooler of this directory, if it runs. @param purge whether to delete its files as well */
export async function stopPgbouncer(directory: string, { purge = false } = {}): Promise<void> {
  const state = readState<PgbouncerState>(stateFile(directory));
  // SIGTERM ends it at once; SIGINT would wait for its clients.
  if (state) await stopProcess(state.server);
  if (!purge) return;
  if (state) rmSync(state.home, { recursive: true, force: true });
  rmSync(directory, { recursive: true, force: true });
}

/** Address and pid of this directory's pooler, `undefined` when it does not run. */
export function runningPgbouncer(directory: string): (Pgbouncer & { readonly pid: number }) | undefined {
  const state = readState<PgbouncerState>(stateFile(directory));
  return state && isRunning(state.server)
    ? { databaseUrl: state.databaseUrl, pid: state.server.pid }
    : undefined;
}

/** It reads passwords from the server, as superuser. */
function writeConfiguration(
  home: string,
  databaseUrl: string,
  port: number,
  account: Account | undefined,
): string {
  const server = new URL(databaseUrl);
  const users = join(home, "users.txt");
  const configuration = join(home, "pgbouncer.ini");
  const lines = [
    "[databases]",
    `* = host=${server.hostname} port=${server.port}`,
    "[pgbouncer]",
    "listen_addr = 127.0.0.1",
    `listen_port = ${port}`,
    "unix_socket_dir =",
    "auth_type = scram-sha-256",
    `auth_file = ${users}`,
    `auth_user = ${server.username}`,
    "auth_query = select usename, passwd from pg_shadow where usename = $1",
    "pool_mode = transaction",
    "max_client_conn = 1000",
    "default_pool_size = 20",
    // Seconds; by default, it waits 15 s before it retries a server that it could not reach.
    "server_login_retry = 1",
  ];
  for (const [file, content] of [
    [users, `"${server.username}" "${server.password}"\n`],
    [configuration, `${lines.join("\n")}\n`],
  ] as const) {
    rmSync(file, { force: true });
    writeFileSync(file, content, { mode: 0o600 });
    chmodSync(file, 0o600);
    if (account) chownSync(file, account.uid, account.gid);
  }
  return configuration;
}

async function ready(state: PgbouncerState): Promise<Pgbouncer> {
  await waitFor(
    async () => {
      requireRunning("pgbouncer", state.server, logOf(state.home));
      return withClient(state.databaseUrl, async () => true);
    },
    { what: `pgbouncer in "${state.home}" to be ready`, timeout: 30_000, interval: 100 },
  );
  return state;
}
