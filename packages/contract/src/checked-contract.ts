/** Contracts without findings. */
import type { Contract } from "./contract.ts";
import { ContractError, checkDocument, checkExtensions } from "./document.ts";
import { buildContract } from "./read-contract.ts";
import { lint } from "./rules/index.ts";
import { Source } from "./source.ts";

/** @throws ContractError with all findings of the AsyncAPI parser, the extension's schema or the rules */
export async function checkedContract(file: string): Promise<Contract> {
  const source = Source.read(file);
  const findings = [...(await checkDocument(source)), ...checkExtensions(source)];
  if (findings.length > 0) throw new ContractError(findings);
  return linted(source);
}

/**
 * The contract in a document that the AsyncAPI parser has accepted.
 * @throws ContractError with all findings of the extension's schema or the rules
 */
export function contractOf(source: Source): Contract {
  const findings = checkExtensions(source);
  if (findings.length > 0) throw new ContractError(findings);
  return linted(source);
}

function linted(source: Source): Contract {
  const contract = buildContract(source);
  const findings = lint(contract);
  if (findings.length > 0) throw new ContractError(findings);
  return contract;
}
