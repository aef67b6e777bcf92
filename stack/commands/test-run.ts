import { randomBytes } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statfsSync,
  symlinkSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { withClient } from "@rabbit-contract/postgres/provision";
import { isRunning, type ProcessRecord, recordOf, stopProcess } from "../local/process.ts";
import { readState, writeState } from "../local/state-file.ts";
import { root } from "../paths.ts";
import type { AdminEnvironment } from "../provision.ts";
import { serversDown } from "../servers.ts";

/** One run of the tests. Whatever it starts and creates can be identified by its directory and name. */
export interface TestRun {
  /** Part of the names of its virtual hosts, databases, roles and users. */
  readonly name: string;
  /** Holds `servers/*` (see backing-services.ts), `processes/*.json` and the reports. */
  readonly directory: string;
}

const runs = resolve(root, ".local/test");

/** Linux's file system in memory. */
const memory = "/dev/shm";
/** Maximum number of bytes that the servers of a run need. */
const memoryNeeded = 6 * 2 ** 30;

function hasMemory(): boolean {
  if (!existsSync(memory)) return false;
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize >= memoryNeeded;
}

/**
 * @param inMemory whether the servers' data is in memory where there is room: each database that a test makes and drops
 *   is some three hundred files that would be flushed to the disk. A killed server finds its data again, as on a disk: only a crash of the machine would make a difference. Not for measurements. @default false
 */
export function newRun({ inMemory = false } = {}): TestRun {
  const name = randomBytes(4).toString("hex");
  const directory = join(runs, name);
  mkdirSync(directory, { recursive: true });
  if (inMemory && hasMemory()) {
    const servers = mkdtempSync(join(memory, "test-servers-"));
    // PostgreSQL's user must be able to enter it.
    chmodSync(servers, 0o755);
    symlinkSync(servers, join(directory, "servers"));
  } else {
    mkdirSync(join(directory, "servers"));
  }
  writeState(join(directory, "owner.json"), recordOf(process.pid));
  return { name, directory };
}

/** The folder of the servers of the run in this directory, under the one path by which they are started and stopped. */
export function serversOf(directory: string): string {
  const servers = join(directory, "servers");
  return existsSync(servers) ? realpathSync(servers) : servers;
}

/**
 * Does `work` in a new run, and cleans up afterwards. A signal aborts `interruption`; the process then ends with 130
 * once everything is stopped, however the work reacts to the loss of its servers.
 */
export async function inRun<Result>(
  work: (run: TestRun, interruption: AbortSignal) => Promise<Result>,
): Promise<Result> {
  await cleanUpAbandonedRuns(undefined, console.log);
  const run = newRun();
  process.env.TEST_RUN_DIRECTORY = run.directory; // started processes are recorded there
  const abort = new AbortController();
  // Never resolves, because it ends the process.
  let interrupted: Promise<never> | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      interrupted ??= (async () => {
        console.error(`interrupted by ${signal}: stopping what was started`);
        abort.abort();
        await cleanUp(run, undefined, console.error);
        process.exit(130);
      })();
    });
  }
  try {
    return await work(run, abort.signal);
  } catch (error) {
    if (interrupted) return await interrupted;
    throw error;
  } finally {
    if (!interrupted) await cleanUp(run, undefined, console.log);
  }
}

/** Stops and removes everything of a run, also on existing servers. Reports what a test should have removed. */
export async function cleanUp(
  run: TestRun,
  admin: AdminEnvironment | undefined,
  progress: (line: string) => void,
): Promise<void> {
  try {
    for (const file of listFolder(join(run.directory, "processes"))) {
      await stopProcess(readState<ProcessRecord>(file), { timeout: 10_000 });
      progress("stopped a service that a test left running");
    }
    if (admin) await removeLeftovers(`test_${run.name}_`, admin, progress);
  } finally {
    const servers = serversOf(run.directory);
    await waitForAll(listFolder(servers).map(serversDown));
    rmSync(servers, { recursive: true, force: true });
    rmSync(run.directory, { recursive: true, force: true });
  }
}

/** Cleans up after runs that were killed. */
export async function cleanUpAbandonedRuns(
  admin: AdminEnvironment | undefined,
  progress: (line: string) => void,
): Promise<void> {
  for (const directory of listFolder(runs)) {
    const owner = readState<ProcessRecord>(join(directory, "owner.json"));
    if (owner === undefined || isRunning(owner)) continue;
    progress(`cleaning up after a killed test run (${directory})`);
    await cleanUp({ name: directory.slice(runs.length + 1), directory }, admin, progress);
  }
}

async function removeLeftovers(
  prefix: string,
  admin: AdminEnvironment,
  progress: (line: string) => void,
): Promise<void> {
  const management = new ManagementApi(admin.RABBITMQ_MANAGEMENT_URL);
  for (const kind of ["vhosts", "users"]) {
    const all = (await management.get(kind)) as { name: string }[];
    for (const { name } of all.filter((one) => one.name.startsWith(prefix))) {
      progress(`removing ${name} of the broker's ${kind}: a test left it behind`);
      await management.delete(`${kind}/${encodeURIComponent(name)}`);
    }
  }
  await withClient(admin.DATABASE_URL, async (client) => {
    const named = async (column: string, table: string) =>
      (
        await client.query(`select ${column} as name from ${table} where starts_with(${column}, $1)`, [
          prefix,
        ])
      ).rows;
    const roles = await named("rolname", "pg_roles");
    for (const { name } of await named("datname", "pg_database")) {
      progress(`removing the database ${name}: a test left it behind`);
      await client.query(`drop database ${client.escapeIdentifier(name)} with (force)`);
    }
    for (const { name } of roles) await client.query(`drop role ${client.escapeIdentifier(name)}`);
  });
}

function listFolder(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}
