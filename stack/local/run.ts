import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { root } from "../paths.ts";
import { tail } from "./state-file.ts";

export interface RunOptions {
  /** Its purpose, to complete the error "cannot …". */
  readonly what: string;
  /** Bun's arguments. */
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Receives stdout and stderr of this run. */
  readonly logFile: string;
}

/** Runs a command with Bun. @throws Error with the end of what it printed, when it fails */
export async function runToEnd({ what, args, env, logFile }: RunOptions): Promise<void> {
  const log = openSync(logFile, "w", 0o600);
  try {
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", log, log] });
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("exit", resolve);
      child.once("error", reject);
    });
    if (code !== 0) throw new Error(`cannot ${what}. The end of ${logFile}:\n${tail(logFile)}`);
  } finally {
    closeSync(log);
  }
}
