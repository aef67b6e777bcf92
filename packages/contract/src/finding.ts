/** What is wrong with a contract, and where. */

import { counted, listed } from "./listed.ts";

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
  /** `advice` is not an error: a contract may have any number of those. @default "error" */
  readonly severity?: Severity;
  /** What was seen. */
  readonly message: string;
  /** How to fix it. */
  readonly fix: string;
  /** Findings with the same cause are reported as one. */
  readonly cause?: string;
}

export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly findings: readonly Finding[];

  constructor(all: readonly Finding[]) {
    const findings = onePerCause(all);
    super(findings.map(formatFinding).join("\n"));
    this.findings = findings;
  }
}

/** The document's own findings first, those of each file in the order of lines. */
export function inOrder<Some extends Finding>(findings: readonly Some[], entry: string): Some[] {
  const files = [...new Set([entry, ...findings.map(({ file }) => file)])];
  return findings.toSorted(
    (one, other) => files.indexOf(one.file) - files.indexOf(other.file) || one.line - other.line,
  );
}

/** Replaces findings with the same cause by the first one, which names the places of the others. */
export function onePerCause(findings: readonly Finding[]): Finding[] {
  const groups = Map.groupBy(findings, (finding) => finding.cause ?? finding);
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const places = [...new Set(others.map(({ file, line }) => `${file}:${line}`))];
    if (places.length === 0) return [first];
    const shown = places.slice(0, 3);
    const more = places.length - shown.length;
    const where = listed(more > 0 ? [...shown, counted(more, "more place")] : shown);
    return [{ ...first, message: `${first.message}, and is referred to from ${where} as well` }];
  });
}

export function formatFinding({ file, line, pointer, rule, message, fix }: Finding): string {
  const lines = [`${file}:${line} ${pointer || "/"}`, `  ${rule}: ${message}`, `  fix: ${fix}`];
  return lines.map((one) => printable(one.replaceAll("\n", "\\n"))).join("\n");
}

/** Text of a document for a terminal, which would obey control characters. Line breaks stay. */
export function printable(text: string): string {
  return text.replaceAll(/(?!\n)\p{Cc}/gu, (character) => {
    const code = character.charCodeAt(0).toString(16).padStart(4, "0");
    return `\\u${code}`;
  });
}
