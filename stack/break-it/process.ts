import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { waitFor } from "@rabbit-contract/messaging/testing";
import {
  isRunning,
  type ProcessRecord,
  requireRunning,
  startDetached,
  stopProcess,
} from "../local/process.ts";
import { userEnvironment } from "../local/start-part.ts";
import { logFile } from "../local/state.ts";
import { readState, writeState } from "../local/state-file.ts";
import { logDirectory, root, stackDirectory } from "../paths.ts";
import type { PartStatus } from "../stack.ts";
import { removeMachineSecret, socketDirectory, socketIn } from "./machine.ts";

const stateFile = join(stackDirectory, "break-it.json");
const log = logFile("break-it");

/** Restarts it, so that it runs the current code. */
export async function startBreakIt(form: "local" | "containers"): Promise<void> {
  await stopProcess(readState<ProcessRecord>(stateFile));
  mkdirSync(logDirectory, { recursive: true });
  rmSync(log, { force: true });
  const record = await startDetached({
    command: process.execPath,
    args: [resolve(root, "stack/break-it/main.ts"), form],
    env: userEnvironment(),
    cwd: root,
    logFile: log,
  });
  writeState(stateFile, record);
  const unix = socketIn(socketDirectory());
  await waitFor(
    async () => {
      requireRunning("break-it", record, log);
      // Without a secret, a 401.
      return (await fetch("http://break-it/break-it/parts", { unix })).status === 401;
    },
    { what: `break-it to be ready (its log is ${log})`, timeout: 60_000, interval: 50 },
  );
}

/** For `make status`. */
export async function breakItStatus(): Promise<PartStatus> {
  const record = readState<ProcessRecord>(stateFile);
  if (!isRunning(record)) return { name: "break-it", state: "stopped", where: "" };
  const socket = socketIn(socketDirectory());
  const answers = await fetch("http://break-it/break-it/parts", {
    unix: socket,
    signal: AbortSignal.timeout(3_000),
  }).then(
    // Without a secret.
    ({ status }) => status === 401,
    () => false,
  );
  return { name: "break-it", state: answers ? "ready" : "not ready", where: socket, pid: record.pid };
}

export async function stopBreakIt(purge: boolean): Promise<void> {
  await stopProcess(readState<ProcessRecord>(stateFile));
  rmSync(stateFile, { force: true });
  if (!purge) return;
  removeMachineSecret();
  rmSync(socketDirectory(), { recursive: true, force: true });
}
