import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { freePort } from "./ports.ts";
import { isRunning, type ProcessRecord, startDetached, stopProcess } from "./process.ts";
import { findProgram, installDebianPackages, isRoot } from "./programs.ts";
import type { ServerOptions } from "./rabbitmq.ts";
import { readState, tail, writeState } from "./state.ts";
import { Hopeless, waitFor } from "./wait.ts";

/** A database server of our own, listening on 127.0.0.1 only. */
export interface Postgres {
  /** Of the superuser, on the database `postgres`. */
  readonly databaseUrl: string;
}

interface PostgresState {
  readonly password: string;
  readonly port: number;
  /** Where the cluster lies: in the directory, unless PostgreSQL's user cannot get there. */
  readonly home: string;
  readonly server?: ProcessRecord;
}

const superuser = "postgres";
const stateFile = (directory: string) => join(directory, "state.json");

export interface PostgresOptions extends ServerOptions {
  /** Further settings, as `name=value`. */
  readonly settings?: readonly string[];
}

/** Starts the server of this directory, or returns the one that runs already. Data of an earlier start is kept. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const { directory, progress = () => {}, wellKnownPorts = false, settings = [] } = options;
  const earlier = readState<PostgresState>(stateFile(directory));
  if (earlier && isRunning(earlier.server)) return ready(earlier);

  const programs = findPostgres(progress);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const account = isRoot ? unprivilegedAccount() : undefined;
  const home = earlier?.home ?? homeFor(directory, account);
  const cluster = join(home, "data");
  if (!earlier && existsSync(cluster)) {
    throw new Error(
      `there is data in "${cluster}", but the password to it is lost: delete it, and try again`,
    );
  }
  let state: PostgresState = {
    password: earlier?.password ?? randomBytes(18).toString("base64url"),
    port: await freePort(earlier?.port ?? (wellKnownPorts ? 5432 : 0)),
    home,
  };
  writeState(stateFile(directory), state);
  if (!existsSync(join(cluster, "PG_VERSION"))) createCluster(programs, home, state.password, account);
  const [command = "", ...args] = asAccount(account, [
    programs.forCluster(cluster),
    ...["-D", cluster, "-p", String(state.port)],
    ...["-c", "listen_addresses=127.0.0.1"],
    // TCP only: the path of a socket would have to be shorter than 108 bytes, and no two servers may share one.
    ...["-c", "unix_socket_directories="],
    ...["-c", "max_connections=300"],
    ...settings.flatMap((setting) => ["-c", setting]),
  ]);
  const startOnce = async (): Promise<Postgres> => {
    const logFile = logOf(state);
    const server = await startDetached({ command, args, env: cleanEnvironment(), cwd: "/", logFile });
    state = { ...state, server };
    writeState(stateFile(directory), state);
    return ready(state);
  };
  return afterTheDead(startOnce, logOf(state));
}

/**
 * What PostgreSQL says and ends with while a server that was killed is not quite gone: its sessions hold its memory
 * until they notice, which takes as long as what they are doing, and its pid is taken until its parent has noticed.
 */
const notQuiteGone = /pre-existing shared memory block|lock file "postmaster\.pid" already exists/;

/** Starts again as long as that is all that is in the way, for a minute. */
async function afterTheDead(start: () => Promise<Postgres>, logFile: string): Promise<Postgres> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const printedBefore = existsSync(logFile) ? statSync(logFile).size : 0;
    try {
      return await start();
    } catch (error) {
      const printed = readFileSync(logFile).subarray(printedBefore).toString("utf8");
      if (!(error instanceof Hopeless) || !notQuiteGone.test(printed) || Date.now() > deadline) throw error;
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

/** Address and pid of this directory's server, `undefined` when it does not run. */
export function runningPostgres(directory: string): (Postgres & { readonly pid: number }) | undefined {
  const state = readState<PostgresState>(stateFile(directory));
  return state && isRunning(state.server) ? { databaseUrl: urlOf(state), pid: state.server.pid } : undefined;
}

/** The server's log, `undefined` before its first start. */
export function postgresLog(directory: string): string | undefined {
  const state = readState<PostgresState>(stateFile(directory));
  return state && logOf(state);
}

const urlOf = ({ password, port }: PostgresState) =>
  `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
const logOf = ({ home }: PostgresState) => join(home, "postgres.log");

async function ready(state: PostgresState): Promise<Postgres> {
  const databaseUrl = urlOf(state);
  await waitFor(
    async () => {
      if (!isRunning(state.server)) {
        throw new Hopeless(`PostgreSQL ended while starting. The end of its log:\n${tail(logOf(state))}`);
      }
      const client = new Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5_000 });
      try {
        await client.connect();
        return true;
      } finally {
        await client.end();
      }
    },
    { what: `PostgreSQL in "${state.home}" to be ready`, timeout: 60_000, interval: 100 },
  );
  return { databaseUrl };
}

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. */
function unprivilegedAccount(): Account {
  const entries = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const wanted of ["postgres", "nobody"]) {
    const [name, , uid, gid] = entries.find((line) => line.startsWith(`${wanted}:`))?.split(":") ?? [];
    if (name && uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as',
  );
}

function asAccount(account: Account | undefined, command: string[]): string[] {
  if (!account) return command;
  const setpriv = ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--init-groups", "--"];
  return [...setpriv, ...command];
}

/** A directory that the account owns and can get to, which it cannot when the project lies in root's home. */
function homeFor(directory: string, account: Account | undefined): string {
  if (!account) return directory;
  const inside = join(directory, "server");
  const key = createHash("sha256").update(directory).digest("hex").slice(0, 12);
  const home = canEnter(directory, account) ? inside : `/var/tmp/postgres-${key}`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (home !== inside && ![0, account.uid].includes(statSync(home).uid)) {
    throw new Error(`"${home}" belongs to somebody else: remove it, or move the project out of root's home`);
  }
  chownSync(home, account.uid, account.gid);
  return home;
}

function canEnter(directory: string, account: Account): boolean {
  const [command = "", ...args] = asAccount(account, ["test", "-x", directory]);
  return spawnSync(command, args, { cwd: "/" }).status === 0;
}

function createCluster(
  programs: Programs,
  home: string,
  password: string,
  account: Account | undefined,
): void {
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (account) chownSync(passwordFile, account.uid, account.gid);
  // A first attempt that was interrupted leaves a directory that initdb refuses.
  rmSync(join(home, "data"), { recursive: true, force: true });
  const [command = "", ...args] = asAccount(account, [
    programs.initdb,
    ...["-D", join(home, "data"), "-U", superuser, `--pwfile=${passwordFile}`],
    ...["--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "--encoding=UTF8", "--no-locale"],
  ]);
  const result = spawnSync(command, args, { cwd: "/", env: cleanEnvironment(), encoding: "utf8" });
  rmSync(passwordFile);
  if (result.status !== 0) {
    throw new Error(`cannot create a PostgreSQL cluster in "${home}":\n${result.stderr || result.stdout}`);
  }
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
}

interface Programs {
  readonly initdb: string;
  /** The server program of the version that made the cluster. */
  forCluster(cluster: string): string;
}

function findPostgres(progress: (line: string) => void): Programs {
  const find = () =>
    findProgram(
      "initdb",
      "/usr/lib/postgresql/*/bin",
      "/usr/pgsql-*/bin",
      "/opt/homebrew/opt/postgresql@*/bin",
      "/usr/local/opt/postgresql@*/bin",
    );
  const initdb = find() ?? (installDebianPackages(["postgresql"], progress) ? find() : undefined);
  if (!initdb) {
    throw new Error(
      "PostgreSQL is missing and cannot be installed from here. Install the package postgresql, " +
        "or start Docker, or set AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL to servers that you have.",
    );
  }
  return { initdb, forCluster: (cluster) => serverFor(cluster, dirname(initdb)) };
}

function serverFor(cluster: string, newest: string): string {
  const version = readFileSync(join(cluster, "PG_VERSION"), "utf8").trim();
  const places = [newest, newest.replace(/\d+(?=\/bin$)/, version)];
  for (const place of places) {
    const program = join(place, "postgres");
    const says = spawnSync(program, ["--version"], { encoding: "utf8" }).stdout ?? "";
    if (says.match(/\d+/)?.[0] === version) return program;
  }
  throw new Error(
    `the data in "${cluster}" is of PostgreSQL ${version}, which is not installed any more: ` +
      "install it again, or delete the data with: make down PURGE=1",
  );
}
