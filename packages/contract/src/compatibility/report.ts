/** Reports a comparison for a terminal, for a pull request, or for scripts. */
import type { Comparison } from "./compare.ts";
import type { Counterexample, Difference } from "./difference.ts";

export const reportFormats = ["text", "markdown", "json"] as const;
export type ReportFormat = (typeof reportFormats)[number];

export function report(comparison: Comparison, format: ReportFormat): string {
  switch (format) {
    case "text":
      return textReport(comparison);
    case "markdown":
      return markdownReport(comparison);
    case "json":
      return JSON.stringify(comparison, undefined, 2);
  }
}

/** Maximum characters of a counterexample in text; JSON has all of it. */
const shownLength = 400;

function textReport(comparison: Comparison): string {
  const { differences } = comparison;
  const paragraphs = differences.map((difference) =>
    [
      `${label(difference)}  ${difference.subject}: ${difference.change}`,
      `  ${difference.place.file}:${difference.place.line}  ${difference.rule}`,
      `  why: ${difference.why}`,
      ...(affected(difference) === "" ? [] : [`  affects: ${affected(difference)}`]),
      ...(difference.counterexample ? [`  example: ${example(difference.counterexample)}`] : []),
      ...(difference.judgement === "unknown"
        ? ["  nothing proves it safe and no counterexample was found: it counts as breaking"]
        : []),
      ...difference.safeWay.map(
        (step, index) => `  ${index === 0 ? "safe way:" : "         "} ${index + 1}. ${step}`,
      ),
    ].join("\n"),
  );
  return [heading(comparison), ...paragraphs, `${counts(comparison)}\n${conclusion(comparison)}`].join(
    "\n\n",
  );
}

function markdownReport(comparison: Comparison): string {
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
        ...(difference.counterexample ? ["", ...exampleBlock(difference.counterexample)] : []),
        "",
        ...difference.safeWay.map((step, index) => `${index + 1}. ${prose(step)}`),
        "",
        `\`${difference.place.file}:${difference.place.line}\``,
        "</details>",
      ].join("\n"),
    );
  return [
    `### ${verdict.allowed ? "✅" : "❌"} Contract: ${counts(comparison)}`,
    `${prose(heading(comparison))}. **${prose(conclusion(comparison))}.**`,
    ...(rows.length === 0
      ? []
      : [["| | what | change | affects |", "| --- | --- | --- | --- |", ...rows].join("\n")]),
    ...details,
  ].join("\n\n");
}

function heading({ base, contract }: Comparison): string {
  return `${contract.source} (${contract.version}) compared with ${base.source} (${base.version})`;
}

function counts({ differences, verdict }: Comparison): string {
  if (differences.length === 0) return "nothing differs";
  const count = (judgement: Difference["judgement"]) =>
    differences.filter((difference) => difference.judgement === judgement).length;
  const parts = [
    `${count("breaking")} breaking`,
    `${count("unknown")} unknown`,
    `${count("compatible")} compatible`,
  ];
  return `${parts.join(", ")}; it needs a ${verdict.needed} version`;
}

function conclusion({ verdict }: Comparison): string {
  return `${verdict.allowed ? "allowed" : "not allowed"}: ${verdict.reason}`;
}

function label({ judgement, level }: Difference): string {
  return judgement === "compatible" ? level : judgement.toUpperCase();
}

function affected({ affects, services }: Difference): string {
  return affects.join(", ") + (affects.length > 0 && services.length > 0 ? ` (${services.join(", ")})` : "");
}

function example(counterexample: Counterexample): string {
  const { part, sentBy, refusedBy, problem } = counterexample;
  return `${sentBy} may send the ${part} ${shown(counterexample)}; ${refusedBy} refuse it: ${problem}`;
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

function shown({ value }: Counterexample): string {
  const text = JSON.stringify(value);
  if (text.length <= shownLength) return text;
  return `${text.slice(0, shownLength)}… (${text.length} characters, all with --format json)`;
}

/** Escapes texts of the contract in the comment. */
function prose(text: string): string {
  return html(text).replace(/[*_`[\]|]/g, "\\$&");
}

function cell(text: string): string {
  return prose(text.replaceAll("\n", " "));
}

function html(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
