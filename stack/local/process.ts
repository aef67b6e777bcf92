import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { isPortFree, StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";
import { tail } from "./state-file.ts";

/** A process that we started, kept in a state file so that a later command can find and stop it. */
export interface ProcessRecord {
  readonly pid: number;
  /** Boot and start time. A pid is reused sooner or later; a pid with the same identity is the same process. */
  readonly identity: string;
}

export interface ProcessOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing else is inherited. */
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Receives stdout and stderr, appended. */
  readonly logFile: string;
}

/** Starts a process that outlives this one, in a session of its own so that Ctrl-C does not reach it. */
export async function startDetached(options: ProcessOptions): Promise<ProcessRecord> {
  const log = openSync(options.logFile, "a", 0o600);
  try {
    const child = spawn(options.command, options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: true,
      stdio: ["ignore", log, log],
    });
    await spawned(child, options.command);
    child.unref();
    return recordOf(child.pid ?? 0);
  } finally {
    closeSync(log);
  }
}

function spawned(child: ChildProcess, command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", () => resolve());
    child.once("error", (cause) => reject(new Error(`cannot start ${command}: ${cause.message}`, { cause })));
  });
}

/** The record that identifies a child process later. */
export function recordOf(pid: number): ProcessRecord {
  return { pid, identity: identityOf(pid) ?? "exited" };
}

export function isRunning(record: ProcessRecord | undefined): record is ProcessRecord {
  return record !== undefined && identityOf(record.pid) === record.identity;
}

/** @throws StopWaiting with the end of its log, if it does not run any more */
export function requireRunning(what: string, record: ProcessRecord | undefined, logFile: string): void {
  if (!isRunning(record))
    throw new StopWaiting(`${what} ended while starting. The end of ${logFile}:\n${tail(logFile)}`);
}

/**
 * Kills a server, and returns once the ports of these URLs are free: its children hold them until they notice its death,
 * and a server that finds a port taken uses another one.
 */
export async function killServer(pid: number, urls: readonly string[]): Promise<void> {
  process.kill(pid, "SIGKILL");
  const ports = urls.map((url) => Number(new URL(url).port));
  const isGone = async () =>
    identityOf(pid) === undefined && (await Promise.all(ports.map(isPortFree))).every((free) => free);
  await waitFor(isGone, {
    what: `the killed server to be gone, and its ports ${ports.join(", ")} to be free`,
    interval: 20,
  });
}

/**
 * Asks the process to stop, kills its whole session if it has not stopped within `timeout` milliseconds, and returns
 * once it is gone. Does nothing if the recorded process has ended, even if another one has its pid by now.
 */
export async function stopProcess(
  record: ProcessRecord | undefined,
  { signal = "SIGTERM", timeout = 30_000 }: { signal?: NodeJS.Signals; timeout?: number } = {},
): Promise<void> {
  if (!isRunning(record)) return;
  send(record.pid, signal);
  if (await gone(record, timeout)) return;
  send(-record.pid, "SIGKILL");
  if (!(await gone(record, 5_000))) throw new Error(`process ${record.pid} is still there after SIGKILL`);
}

async function gone(record: ProcessRecord, timeout: number): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (isRunning(record)) {
    if (Date.now() > deadline) return false;
    await delay(30);
  }
  return true;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It ended between the check and the signal.
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** `undefined` if there is no such process, or only an unreaped zombie. */
function identityOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) return identityFromProc(pid);
  const ps = spawnSync("ps", ["-o", "stat=,lstart=", "-p", String(pid)], { encoding: "utf8" });
  if (ps.error) throw new Error(`cannot tell whether process ${pid} runs: ps failed`, { cause: ps.error });
  const [state = "Z", ...started] = ps.stdout.trim().split(/\s+/);
  return started.length === 0 || state.startsWith("Z") ? undefined : started.join(" ");
}

function identityFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses, which may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, startTime] = [fields[0], fields[19]];
    if (state === "Z" || state === "X" || startTime === undefined) return undefined;
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()}:${startTime}`;
  } catch {
    return undefined;
  }
}
