/** Contracts without findings. */
import type { Contract } from "./contract.ts";
import { ContractError, checkExtensions } from "./document.ts";
import { buildContract, readContract } from "./read-contract.ts";
import { lint } from "./rules/index.ts";
import type { Source } from "./source.ts";

/** @throws ContractError with all findings of the AsyncAPI parser and the extension's schema, or of the rules */
export async function checkedContract(file: string): Promise<Contract> {
  return withoutFindings(await readContract(file));
}

/**
 * The contract in a document that the AsyncAPI parser has accepted.
 * @throws ContractError with all findings of the extension's schema, or of the rules
 */
export function contractOf(source: Source): Contract {
  const findings = checkExtensions(source);
  if (findings.length > 0) throw new ContractError(findings);
  return withoutFindings(buildContract(source));
}

function withoutFindings(contract: Contract): Contract {
  const findings = lint(contract);
  if (findings.length > 0) throw new ContractError(findings);
  return contract;
}
