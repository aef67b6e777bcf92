import { rmSync } from "node:fs";
import { root } from "../paths.ts";
import { runtimeEnvironment } from "../runtime-environment.ts";
import type { Part } from "./parts.ts";
import { type ProcessRecord, startDetached } from "./process.ts";
import { logFile } from "./state.ts";

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
