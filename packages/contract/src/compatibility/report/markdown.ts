/** For the description of a pull request, or a comment on it. */
import type { Comparison } from "../compare.ts";
import type { Counterexample } from "../difference.ts";
import { affected, conclusion, counts, heading, inWords, label, order, readers, shown } from "./words.ts";

export function markdownReport(comparison: Comparison): string {
  const { differences, verdict } = comparison;
  const rows = differences.map(
    (difference) =>
      `| ${label(difference)} | ${cell(difference.subject)} | ${cell(difference.change)} | ${cell(affected(difference) || "none")} |`,
  );
  const details = differences
    .filter(({ judgement, safeWay }) => judgement !== "compatible" || safeWay.length > 0)
    .map((difference) =>
      [
        `<details><summary>${html(`${label(difference)}: ${difference.subject}: ${difference.change}`)}</summary>`,
        "",
        `${prose(difference.why)}.`,
        ...(difference.usage ? ["", `Read by ${prose(readers(difference.usage))}.`] : []),
        ...(difference.counterexample ? ["", ...exampleBlock(difference.counterexample)] : []),
        "",
        ...(difference.deploy === "any" ? [] : [`Deploy ${inWords(difference.deploy)}.`, ""]),
        ...difference.safeWay.map((step, index) => `${index + 1}. ${prose(step)}`),
        "",
        `<code>${cell(`${difference.place.file}:${difference.place.line}`)}</code>`,
        "</details>",
      ].join("\n"),
    );
  return [
    `### ${verdict.allowed ? "✅" : "❌"} Contract: ${counts(comparison)}`,
    `${prose(heading(comparison))}. **${prose(conclusion(comparison))}.**${differences.length > 0 ? ` ${order(comparison)}.` : ""}`,
    ...(rows.length === 0
      ? []
      : [["| | what | change | affects |", "| --- | --- | --- | --- |", ...rows].join("\n")]),
    ...details,
  ].join("\n\n");
}

function exampleBlock(counterexample: Counterexample): string[] {
  const { part, sentBy, refusedBy, problem } = counterexample;
  return [
    `This ${part} may be sent by ${sentBy}, and ${refusedBy} refuse it: ${prose(problem)}`,
    "",
    "```json",
    shown(counterexample).replaceAll("```", "` ` `"),
    "```",
  ];
}

/** Escapes texts of the contract in the comment. */
function prose(text: string): string {
  return html(text).replace(/[*_`[\]|]/g, "\\$&");
}

function cell(text: string): string {
  return prose(text.replaceAll("\n", " "));
}

/** A comment also breaks what would notify someone: `@team` in the name of a field. */
function html(text: string): string {
  const escaped = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return escaped.replaceAll("@", "@<!-- -->");
}
