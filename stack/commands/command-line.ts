/** What the operators' commands share. */
import { type ParseArgsOptionsConfig, parseArgs } from "node:util";

/** Wrong usage; the message says how to correct it. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** @throws UsageError */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  allowPositionals = false,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Exits with what `work` returns; after wrong usage with 2, after another error with 1, and prints which it was. */
export async function runCommand(name: string, work: (args: string[]) => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work(process.argv.slice(2));
  } catch (error) {
    console.error(error instanceof Error ? `error: ${error.message}` : error);
    if (error instanceof UsageError) console.error(`Run "make ${name}" for its options.`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}
