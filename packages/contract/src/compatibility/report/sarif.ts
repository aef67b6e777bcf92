/** SARIF 2.1.0, which code scanning and editors read. */
import type { Comparison } from "../compare.ts";
import { findingsOf } from "./findings.ts";

export function sarifReport(comparison: Comparison): string {
  const findings = findingsOf(comparison);
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "rabbit-contract",
            rules: rules.map((id) => {
              const text = id.replaceAll("-", " ");
              return {
                id,
                shortDescription: { text },
                fullDescription: { text: `A difference between two contracts: ${text}.` },
                help: { text: "Each result says who is affected, and the safe way to the change." },
              };
            }),
          },
        },
        columnKind: "utf16CodeUnits",
        results: findings.map(({ rule, severity, title, message, file, line }) => ({
          ruleId: rule,
          ruleIndex: rules.indexOf(rule),
          level: severity,
          message: { text: `${title}\n${message}` },
          locations: [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(file).replaceAll("#", "%23").replaceAll("?", "%3F") },
                region: { startLine: line },
              },
            },
          ],
        })),
        properties: { verdict: comparison.verdict },
      },
    ],
  };
  return JSON.stringify(log, undefined, 2);
}
