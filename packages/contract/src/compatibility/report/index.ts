/** Reports a comparison: for a terminal, a pull request, a build server, code scanning, or scripts. */
import type { Comparison } from "../compare.ts";
import { annotations } from "./annotations.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import { sarifReport } from "./sarif.ts";
import { textReport } from "./text.ts";

const reports = {
  text: textReport,
  markdown: markdownReport,
  json: (comparison: Comparison) => JSON.stringify(comparison, undefined, 2),
  junit: junitReport,
  sarif: sarifReport,
  github: annotations,
} as const;

export type ReportFormat = keyof typeof reports;
export const reportFormats = Object.keys(reports) as readonly ReportFormat[];

export function report(comparison: Comparison, format: ReportFormat): string {
  return reports[format](comparison);
}
