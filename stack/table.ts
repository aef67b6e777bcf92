/** Rows as text, each column as wide as its widest cell. */
export function table(rows: readonly (readonly string[])[], indent = "  "): string {
  const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0));
  return rows
    .map((row) => `${indent}${row.map((cell, column) => cell.padEnd(width(column))).join("   ")}`.trimEnd())
    .join("\n");
}
