import { rmSync } from "node:fs";
import { StopWaiting } from "@rabbit-contract/messaging/testing";
import { root } from "../paths.ts";
import { runtimeEnvironment } from "../runtime-environment.ts";
import type { Part, PartName } from "./parts.ts";
import { isRunning, type ProcessRecord, startDetached } from "./process.ts";
import { logFile } from "./state.ts";
import { tail } from "./state-file.ts";

export function startPart(part: Part): Promise<ProcessRecord> {
  // One log for each start, so that its end is about this start.
  rmSync(logFile(part.name), { force: true });
  return startDetached({
    command: process.execPath,
    args: part.args,
    env: { ...userEnvironment(), ...runtimeEnvironment, ...part.env },
    cwd: root,
    logFile: logFile(part.name),
  });
}

/** The variables of this process, without the credentials of the servers' administrator. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL, ...rest } = process.env;
  return rest;
}

/** @throws StopWaiting with the end of its log, if it does not run any more */
export function requireRunning(name: PartName, record: ProcessRecord | undefined): void {
  if (isRunning(record)) return;
  const file = logFile(name);
  throw new StopWaiting(`${name} ended while starting. The end of ${file}:\n${tail(file)}`);
}
