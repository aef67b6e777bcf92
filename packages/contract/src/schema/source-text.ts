/** Pieces of generated TypeScript. They are not laid out: the generator formats whole files. */

/** The key of a property in an object literal. */
export function literalKey(key: string): string {
  // A plain `__proto__` would set the prototype.
  return key === "__proto__" ? '["__proto__"]' : JSON.stringify(key);
}

/** `.key`, or `["key"]` where the dot is not possible. */
export function propertyAccess(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

/** A JSON value as an expression. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return objectLiteral(Object.entries(value).map(([key, inner]) => [key, literal(inner)]));
  }
  return JSON.stringify(value);
}

export function objectLiteral(entries: readonly (readonly [key: string, value: string])[]): string {
  return `{ ${entries.map(([key, value]) => `${literalKey(key)}: ${value}`).join(", ")} }`;
}

/** Longest line of a comment: a formatter leaves comments as they are. */
const width = 100;

/** A doc comment; nothing for an empty text. */
export function comment(text: string): string[] {
  const lines = text.trim().replaceAll("*/", "*\\/").split(/\s*\n/);
  const [only = ""] = lines;
  if (lines.length === 1 && only.length < width) return only === "" ? [] : [`/** ${only} */`];
  return ["/**", ...lines.flatMap(wrap).map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
