import { badRequest, type InvalidInput, type ProblemError } from "./problem.ts";

/** Deeper than any schema goes, shallow enough for recursion. */
const MAX_DEPTH = 64;
/** Errors named in one answer at most. */
export const MAX_ERRORS = 100;

/**
 * Whether `findHarmful` has to look at the parsed text: U+0000 and lone surrogates can only be written as escapes,
 * and every level needs two brackets.
 */
export function mayBeHarmful(text: string): boolean {
  return /\\|__proto__/.test(text) || (text.length > 2 * MAX_DEPTH && opening(text) > MAX_DEPTH);
}

function opening(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) count++;
  }
  return count;
}

/**
 * Finds what JSON and JavaScript allow, but neither a database nor an object should get: U+0000 and lone surrogates,
 * which PostgreSQL refuses in text, and keys named `__proto__`. At most `MAX_ERRORS`.
 * @throws ProblemError 400 when `value`, which came from JSON, is nested deeper than 64 levels
 */
export function findHarmful(value: unknown): InvalidInput[] {
  const found: InvalidInput[] = [];
  visit(value, "", 0, found);
  return found;
}

function visit(value: unknown, pointer: string, depth: number, found: InvalidInput[]): void {
  if (found.length >= MAX_ERRORS) return;
  if (typeof value === "string") {
    const detail = harmInString(value);
    if (detail !== undefined) found.push({ pointer, detail });
  } else if (typeof value === "object" && value !== null) {
    if (depth === MAX_DEPTH) throw tooDeep();
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        visit(value[index], `${pointer}/${index}`, depth + 1, found);
      }
    } else {
      for (const [key, item] of Object.entries(value)) {
        const at = `${pointer}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        const detail = key === "__proto__" ? "this name is not allowed" : harmInString(key);
        if (detail !== undefined) found.push({ pointer: at.toWellFormed(), detail });
        else visit(item, at, depth + 1, found);
      }
    }
  }
}

function tooDeep(): ProblemError {
  return badRequest("invalid-json", "The body is not JSON", `It is nested deeper than ${MAX_DEPTH} levels.`);
}

/** Why PostgreSQL would refuse `text`; undefined when it would not. */
export function harmInString(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain the character U+0000";
  if (!text.isWellFormed()) return "must not contain half a surrogate pair";
  return undefined;
}
