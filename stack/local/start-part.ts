import { rmSync } from "node:fs";
import { StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";
import { root } from "../paths.ts";
import type { Part, PartName } from "./parts.ts";
import { isRunning, type ProcessRecord, startDetached } from "./process.ts";
import { readinessOf } from "./readiness.ts";
import { logFile } from "./state.ts";
import { tail } from "./state-file.ts";

export function startPart(part: Part): Promise<ProcessRecord> {
  // One log for each start, so that its end is about this start.
  rmSync(logFile(part.name), { force: true });
  return startDetached({
    command: process.execPath,
    args: part.args,
    env: { ...userEnvironment(), ...part.env },
    cwd: root,
    logFile: logFile(part.name),
  });
}

/** The variables of this process, without the credentials of the servers' administrator. */
export function userEnvironment(): NodeJS.ProcessEnv {
  const { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL, ...rest } = process.env;
  return rest;
}

/** @param port on which it says whether it is ready */
export async function untilReady(
  name: PartName,
  port: number,
  record: ProcessRecord | undefined,
): Promise<void> {
  const file = logFile(name);
  await waitFor(
    async () => {
      if (isRunning(record)) return (await readinessOf(name, port)) === "ready";
      throw new StopWaiting(`${name} ended while starting. The end of ${file}:\n${tail(file)}`);
    },
    { what: `${name} to be ready (its log is ${file})`, timeout: 60_000, interval: 100 },
  );
}
