/** What a PromQL expression names, to check whether it can match anything. */
export interface Named {
  /** With the labels that each is selected by. */
  readonly metrics: readonly { readonly name: string; readonly labels: readonly string[] }[];
  /** Labels that results are grouped by. */
  readonly grouping: readonly string[];
}

const words = new Set(["and", "or", "unless", "offset", "by", "without", "on", "ignoring", "bool"]);
const groups = /\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g;

export function namedIn(expression: string): Named {
  // Strings may contain anything, even brackets.
  const plain = expression.replace(/"(?:[^"\\]|\\.)*"/g, '""').replace(/\[[^\]]*\]/g, " ");
  const grouping = [...plain.matchAll(groups)].flatMap(([, list = ""]) => list.match(/\w+/g) ?? []);
  const metrics = [];
  for (const [, name = "", selector = ""] of plain
    .replace(groups, " ")
    .matchAll(/(?<!\w)([a-zA-Z_:][\w:]*)\s*(\{[^}]*\}|(?!\w|\s*\())/g)) {
    if (words.has(name)) continue;
    metrics.push({ name, labels: [...selector.matchAll(/(\w+)\s*[=!]/g)].map(([, label = ""]) => label) });
  }
  return { metrics, grouping };
}
