/** What a PromQL expression names, as far as it takes to tell whether it can find anything. */
export interface Named {
  readonly metric: string;
  /** Labels that it is asked for by. */
  readonly labels: readonly string[];
}

const words = new Set(["and", "or", "unless", "offset", "by", "without", "on", "ignoring", "bool"]);

export function metricsIn(expression: string): Named[] {
  // Strings could hold anything, brackets too.
  const plain = expression
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\[[^\]]*\]/g, " ")
    .replace(/\b(?:by|without|on|ignoring)\s*\([^)]*\)/g, " ");
  const named: Named[] = [];
  for (const [, metric = "", selector = ""] of plain.matchAll(
    /(?<!\w)([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|(?!\w|\s*\())/g,
  )) {
    if (words.has(metric)) continue;
    named.push({ metric, labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label) });
  }
  return named;
}
