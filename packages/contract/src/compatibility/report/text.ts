/** For a terminal. */
import { printable } from "../../finding.ts";
import type { Comparison } from "../compare.ts";
import { affected, conclusion, counts, example, heading, inWords, label, order, readers } from "./words.ts";

export function textReport(comparison: Comparison): string {
  const { differences } = comparison;
  const paragraphs = differences.map((difference) =>
    [
      `${label(difference)}  ${difference.subject}: ${difference.change}`,
      `  ${difference.place.file}:${difference.place.line}  ${difference.rule}`,
      `  why: ${difference.why}`,
      ...(affected(difference) === "" ? [] : [`  affects: ${affected(difference)}`]),
      ...(difference.usage ? [`  read by: ${readers(difference.usage)}`] : []),
      ...(difference.counterexample ? [`  example: ${example(difference.counterexample)}`] : []),
      ...(difference.judgement === "unknown"
        ? ["  nothing proves it safe and no counterexample was found: it counts as breaking"]
        : []),
      ...(difference.deploy === "any" ? [] : [`  deploy: ${inWords(difference.deploy)}`]),
      ...difference.safeWay.map(
        (step, index) => `  ${index === 0 ? "safe way:" : "         "} ${index + 1}. ${step}`,
      ),
    ].join("\n"),
  );
  const report = [
    heading(comparison),
    ...paragraphs,
    [counts(comparison), conclusion(comparison), ...(differences.length > 0 ? [order(comparison)] : [])].join(
      "\n",
    ),
  ].join("\n\n");
  return printable(report);
}
