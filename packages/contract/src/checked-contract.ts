/** Contracts as commands read them, with a word about what was converted. */
import type { Project } from "./config.ts";
import type { Contract } from "./contract.ts";
import { ContractError, checkExtensions } from "./document.ts";
import { counted } from "./listed.ts";
import { readDraft, readModel } from "./read-contract.ts";
import { lint, type Profile } from "./rules/index.ts";
import type { Source } from "./source.ts";
import { step } from "./step.ts";

type Settings = Pick<Project, "document" | "profile" | "allowRemote">;

/** @throws ContractError for a document that is not YAML, or of another version or protocol */
export async function draftOf({ document, allowRemote }: Omit<Settings, "profile">): Promise<Contract> {
  const draft = await step(`reading ${document}`, () => readDraft(document, { allowRemote }));
  tellNotes(draft.source);
  return draft;
}

/** @throws ContractError with all findings of AsyncAPI's schema and the extension's, or with all errors of the rules */
export async function checkedContract({ profile, ...settings }: Settings): Promise<Contract> {
  const draft = await draftOf(settings);
  return step(`checking ${counted(draft.messages.length, "message")}`, () => withoutErrors(draft, profile));
}

/**
 * The contract in a document that is known to be AsyncAPI.
 * @throws ContractError with all findings of the extension's schema, or with all errors of the rules
 */
export function contractOf(source: Source): Contract {
  const findings = checkExtensions(source);
  if (findings.length > 0) throw new ContractError(findings);
  return withoutErrors(readModel(source).contract);
}

function withoutErrors(contract: Contract, profile?: Profile): Contract {
  const errors = lint(contract, profile).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new ContractError(errors);
  return contract;
}

/** Reports on standard error what was converted, and what was lost in the conversion. */
export function tellNotes(...sources: readonly Source[]): void {
  const notes = sources.flatMap((source) => source.notes);
  const lines = notes.map(({ file, line, message }) => `note: ${file}:${line} ${message}`);
  for (const line of new Set(lines)) console.error(line);
}
