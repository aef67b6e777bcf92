import { spawnSync } from "node:child_process";
import { root } from "../paths.ts";

/** Runs a program of the project on Bun, in sight of the user. @throws Error when it fails */
export function run(args: readonly string[], folder = root): void {
  const { status, error } = spawnSync(process.execPath, args, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (error) throw error;
  if (status !== 0) throw new Error(`bun ${args.join(" ")} failed: see its output above`);
}

/** Prints what `work` throws as an error of the command. */
export function command(work: () => void): void {
  try {
    work();
  } catch (error) {
    console.error(error instanceof Error ? `error: ${error.message}` : error);
    process.exitCode = 1;
  }
}
