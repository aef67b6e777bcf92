/** PostgreSQL's programs, the user that may run them, and the creation of a server's data. */
import { execFile, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { findOrInstall, findProgram } from "./programs.ts";

export const superuser = "postgres";

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root. */
export function unprivilegedAccount(): Account {
  const entries = readFileSync("/etc/passwd", "utf8").split("\n");
  for (const wanted of ["postgres", "nobody"]) {
    const [name, , uid, gid] = entries.find((line) => line.startsWith(`${wanted}:`))?.split(":") ?? [];
    if (name && uid && gid) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new Error(
    'PostgreSQL refuses to run as root, and there is no user "postgres" or "nobody" to run it as',
  );
}

export function asAccount(account: Account | undefined, command: string[]): string[] {
  if (!account) return command;
  const setpriv = ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--init-groups", "--"];
  return [...setpriv, ...command];
}

/** A directory that the account owns and can reach, which it cannot if the project is in root's home. */
export function homeFor(directory: string, account: Account | undefined): string {
  if (!account) return directory;
  const inside = join(directory, "server");
  const key = createHash("sha256").update(directory).digest("hex").slice(0, 12);
  const home = canEnter(directory, account) ? inside : `/var/tmp/postgres-${key}`;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  if (home !== inside && ![0, account.uid].includes(statSync(home).uid)) {
    throw new Error(`"${home}" belongs to another user: remove it, or move the project out of root's home`);
  }
  chownSync(home, account.uid, account.gid);
  return home;
}

function canEnter(directory: string, account: Account): boolean {
  const [command = "", ...args] = asAccount(account, ["test", "-x", directory]);
  return spawnSync(command, args, { cwd: "/" }).status === 0;
}

export async function createCluster(
  programs: Programs,
  home: string,
  password: string,
  account: Account | undefined,
): Promise<void> {
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  if (account) chownSync(passwordFile, account.uid, account.gid);
  // An interrupted first attempt leaves a directory that initdb refuses.
  rmSync(join(home, "data"), { recursive: true, force: true });
  const command = asAccount(account, [
    programs.initdb,
    ...["-D", join(home, "data"), "-U", superuser, `--pwfile=${passwordFile}`],
    ...["--auth-host=scram-sha-256", "--auth-local=scram-sha-256", "--encoding=UTF8", "--no-locale"],
  ]);
  try {
    await run(command, cleanEnvironment(), `cannot create a PostgreSQL cluster in "${home}"`);
  } finally {
    rmSync(passwordFile);
  }
}

/** Copies a running server as its standby, which follows that server's changes until it is promoted. */
export async function copyCluster(
  programs: Programs,
  home: string,
  sourceUrl: string,
  account: Account | undefined,
): Promise<void> {
  rmSync(join(home, "data"), { recursive: true, force: true });
  const source = new URL(sourceUrl);
  const command = asAccount(account, [
    join(dirname(programs.initdb), "pg_basebackup"),
    ...["-D", join(home, "data"), "-h", source.hostname, "-p", source.port, "-U", superuser],
    ...["--write-recovery-conf", "--wal-method=stream", "--checkpoint=fast"],
    ...["--create-slot", "--slot=standby"],
  ]);
  const env = { ...cleanEnvironment(), PGPASSWORD: source.password };
  await run(command, env, `cannot copy the PostgreSQL cluster to "${home}"`);
}

/** Other work goes on meanwhile: a test's proxy to the primary is in this process. */
async function run(
  [command = "", ...args]: string[],
  env: NodeJS.ProcessEnv,
  failure: string,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    execFile(command, args, { cwd: "/", env }, (error, output, errors) => {
      if (error) reject(new Error(`${failure}:\n${errors || output || error.message}`));
      else resolve();
    });
  });
}

export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("PG")));
}

export interface Programs {
  readonly initdb: string;
  /** The server program of the version that created the cluster. */
  forCluster(cluster: string): string;
}

const places = [
  "/usr/lib/postgresql/*/bin",
  "/usr/pgsql-*/bin",
  "/opt/homebrew/opt/postgresql@*/bin",
  "/usr/local/opt/postgresql@*/bin",
];

/** The path of one of PostgreSQL's programs, of the newest version that is installed. */
export function postgresProgram(name: string): string | undefined {
  return findProgram(name, ...places);
}

export function findPostgres(progress: (line: string) => void): Programs {
  const initdb = findOrInstall(
    () => postgresProgram("initdb"),
    "postgresql",
    progress,
    "or start Docker, or set AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL to servers that you have",
  );
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
