/** Writes, or compares, the code generated from a contract. */
import type { Contract } from "../contract.ts";
import * as output from "../output.ts";
import { type GenerateOptions, generatedFiles } from "./emit/index.ts";

/**
 * Brings `target` up to date: writes what changed, and removes generated files that are no longer needed.
 * @returns paths below `target` that were written or removed
 * @throws OutputError, with nothing written, for a file that the generator did not write, and for a way out of `target`
 */
export function generate(contract: Contract, target: string, options?: GenerateOptions): string[] {
  return output.writeFiles(target, generatedFiles(contract, options));
}

/** Paths below `target` that `generate` would write or remove. */
export function staleFiles(contract: Contract, target: string, options?: GenerateOptions): string[] {
  return output.staleFiles(target, generatedFiles(contract, options));
}
