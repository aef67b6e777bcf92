import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "@orders/stack";
import { type Findings, keeps, type Measurement, type Row } from "../measurement.ts";
import type { Environment } from "./environment.ts";
import { svgOf } from "./svg.ts";

export interface Found {
  readonly measurement: Measurement;
  readonly findings: Findings;
}

export function findingsTable(found: readonly Found[]): string {
  const rows = found.flatMap(({ findings }) => findings.rows.map(cells));
  return table([["what", "median", "spread", "target", ""], ...rows]);
}

function cells(row: Row): string[] {
  const { what, value, unit, target } = row;
  const behind = unit === undefined ? "" : ` ${unit}`;
  const limit = target && ("atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`);
  const verdict = keeps(row);
  return [
    what,
    `${rounded(value.median)}${behind}`,
    value.min === value.max ? "" : `${rounded(value.min)} to ${rounded(value.max)}`,
    limit === undefined ? "" : `${limit}${behind}`,
    verdict === undefined ? "" : verdict ? "ok" : "MISSED",
  ];
}

/** To three significant digits, at least whole numbers. */
function rounded(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

/** Returns the names of the written files. */
export async function writeReport(
  directory: string,
  environment: Environment,
  found: readonly Found[],
): Promise<string[]> {
  mkdirSync(directory, { recursive: true });
  const files: string[] = [];
  const write = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    files.push(name);
  };
  const measurements = found.map(({ measurement: { name, title }, findings: { rows, details } }) => ({
    name,
    title,
    rows: rows.map((row) => ({ ...row, kept: keeps(row) })),
    details,
  }));
  write("results.json", `${JSON.stringify({ environment, measurements }, null, 2)}\n`);
  for (const { findings } of found)
    for (const plot of findings.plots ?? []) write(plot.file, svgOf(plot, environment));
  return files;
}
