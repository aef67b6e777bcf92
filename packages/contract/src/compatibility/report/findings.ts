/** Differences as findings of a check, for report formats that only have severities and places in files. */
import { isAbsolute, relative } from "node:path";
import type { Comparison } from "../compare.ts";
import type { Difference } from "../difference.ts";
import { affected, conclusion, example, inWords, readers } from "./words.ts";

export interface Finding {
  readonly rule: string;
  /** An `error` is not allowed; a `warning` is a breaking change that the version allows. */
  readonly severity: "error" | "warning" | "note";
  readonly title: string;
  readonly message: string;
  /** Relative to the working directory where it is below that, with "/". */
  readonly file: string;
  readonly line: number;
}

/** The version first if it is refused; a comparison that is allowed has no errors. */
export function findingsOf(comparison: Comparison): Finding[] {
  const { verdict, differences } = comparison;
  const found = differences.map((difference) => ({
    rule: difference.rule,
    severity: severityOf(difference, comparison),
    title: `${difference.subject}: ${difference.change}`,
    message: messageOf(difference),
    ...placeOf(difference.place, comparison),
  }));
  if (verdict.allowed) return found;
  const version: Finding = {
    rule: "version",
    severity: "error",
    title: `version ${comparison.contract.version}`,
    message: conclusion(comparison),
    ...placeOf(verdict.place, comparison),
  };
  return [version, ...found];
}

function severityOf({ judgement, level }: Difference, { verdict }: Comparison): Finding["severity"] {
  if (!verdict.allowed && level === verdict.needed) return "error";
  return judgement === "compatible" ? "note" : "warning";
}

function messageOf(difference: Difference): string {
  const { why, usage, counterexample, deploy, safeWay } = difference;
  return [
    `${why}.`,
    ...(affected(difference) === "" ? [] : [`Affects ${affected(difference)}.`]),
    ...(usage ? [`Read by ${readers(usage)}.`] : []),
    ...(counterexample ? [`Example: ${example(counterexample)}.`] : []),
    ...(deploy === "any" ? [] : [`Deploy ${inWords(deploy)}.`]),
    ...(safeWay.length === 0 ? [] : [`Safe way: ${safeWay.join("; ")}.`]),
  ].join("\n");
}

/** Removed parts have no place in the contract any more, so the report points to its beginning. */
function placeOf({ file, line }: Difference["place"], { base, contract }: Comparison) {
  const isGone = file === base.source && file !== contract.source;
  const path = isGone ? contract.source : file;
  const shown = isAbsolute(path) ? relative(process.cwd(), path) : path;
  return { file: shown.replaceAll("\\", "/"), line: isGone ? 1 : line };
}
