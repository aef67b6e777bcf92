/** What is wrong with a contract, and where. */

/** A place in a contract: `file:line`, and the JSON pointer of the node. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** RFC 6901, "" for the whole document. */
  readonly pointer: string;
}

export type Severity = "error" | "advice";

/** A problem of a contract. */
export interface Finding extends Place {
  readonly rule: string;
  /** Advice is no error: a contract may have any amount of it. @default "error" */
  readonly severity?: Severity;
  /** What was seen. */
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
}

export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly findings: readonly Finding[];

  constructor(findings: readonly Finding[]) {
    super(findings.map(formatFinding).join("\n"));
    this.findings = findings;
  }
}

export function formatFinding(finding: Finding): string {
  return `${finding.file}:${finding.line} ${finding.pointer || "/"}\n  ${finding.rule}: ${finding.message}\n  fix: ${finding.fix}`;
}
