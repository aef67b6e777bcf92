/** Small pieces that every generated TypeScript file is made of. */
import type { Contract } from "../../contract.ts";

export const runtimeModule = "@rabbit-contract/messaging";

export function banner(contract: Contract): string {
  return [
    `// Generated from ${contract.source.file} (version ${contract.version}) by \`make generate\`.`,
    "// Do not edit: change the contract and generate again.",
    "",
  ].join("\n");
}

/** A JSDoc comment, wrapped; `indent` in spaces. */
export function comment(text: string, indent = 0): string {
  const margin = " ".repeat(indent);
  const safe = text.trim().replaceAll("*/", "*\\/");
  if (!safe.includes("\n") && safe.length + indent <= 100) return `${margin}/** ${safe} */\n`;
  const lines = safe.split("\n").flatMap((line) => wrap(line, 100 - indent));
  return `${margin}/**\n${lines.map((line) => `${margin} * ${line}`.trimEnd()).join("\n")}\n${margin} */\n`;
}

export function capitalized(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}

/** JSON as a TypeScript literal, keys unquoted where they may be, short values on one line. */
export function literal(value: unknown, indent = 0): string {
  const flat = flatLiteral(value);
  if (flat.length + indent <= 96) return flat;
  const margin = " ".repeat(indent + 2);
  const close = " ".repeat(indent);
  if (Array.isArray(value)) {
    return `[\n${value.map((item) => `${margin}${literal(item, indent + 2)},\n`).join("")}${close}]`;
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(
      ([key, item]) => `${margin}${propertyName(key)}: ${literal(item, indent + 2)},\n`,
    );
    return `{\n${entries.join("")}${close}}`;
  }
  return flat;
}

function flatLiteral(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flatLiteral).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => `${propertyName(key)}: ${flatLiteral(item)}`);
    return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
  }
  return JSON.stringify(value);
}

function propertyName(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
}

function wrap(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const word of line.split(" ")) {
    if (current !== "" && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === "" ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
