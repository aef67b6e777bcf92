import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../paths.ts";

interface Written {
  /** A new service. */
  readonly service?: string;
  /** Files and folders to format. */
  readonly written: readonly string[];
}

/** Regenerates everything that is derived from the contract and from new files. */
export function complete({ service, written }: Written): void {
  if (service !== undefined) run(["install"]);
  run(["node_modules/.bin/rabbit-contract", "generate"]);
  if (service !== undefined)
    run(
      ["node_modules/drizzle-kit/bin.cjs", "generate", "--name", "initial"],
      join(root, "services", service),
    );
  run(["node_modules/@biomejs/biome/bin/biome", "check", "--write", ...written]);
}

/** Runs a program of the project on Bun, showing its output. @throws Error when it fails */
function run(args: readonly string[], folder = root): void {
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
