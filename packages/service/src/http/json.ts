import { badRequest, type ProblemError } from "./problem.ts";

/** Deeper than any schema goes, shallow enough for recursion. */
const MAX_DEPTH = 64;
/** Errors named in one answer at most. */
export const MAX_ERRORS = 100;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Parses a request body, and finds what is harmful in it. Runtimes word syntax errors differently and not all say
 * where, so the place is found here.
 * @throws ProblemError 400 when `bytes` are not UTF-8, not JSON, or nested deeper than 64 levels
 */
export function readJson(bytes: Uint8Array): { readonly value: unknown; readonly harmful: readonly Harm[] } {
  const text = decode(bytes);
  const value = parse(text);
  return { value, harmful: mayBeHarmful(text) ? findHarmful(value) : [] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const before = text.slice(0, jsonErrorIndex(text));
    const line = before.split("\n").length;
    const column = before.length - before.lastIndexOf("\n");
    const found = before.length < text.length ? JSON.stringify(charAt(text, before.length)) : "the end";
    const detail = `Unexpected ${found} at line ${line}, column ${column}.`;
    const extensions = { position: { offset: before.length, line, column } };
    throw badRequest("invalid-json", "The body is not JSON", detail, { extensions, cause });
  }
}

/**
 * Whether looking closer is worth it, which takes 1.7 times as long as parsing: U+0000 and lone surrogates can only be
 * written as escapes, and every level needs two brackets.
 */
function mayBeHarmful(text: string): boolean {
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

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch (cause) {
    throw badRequest("invalid-json", "The body is not JSON", "It is not UTF-8.", { cause });
  }
}

function charAt(text: string, index: number): string {
  return String.fromCodePoint(text.codePointAt(index) ?? 0);
}

/** One of the `errors` of a problem. */
interface Harm {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * What JSON and JavaScript allow but nothing behind them should meet: U+0000 and lone surrogates, which
 * PostgreSQL refuses in text, and keys named `__proto__`. At most `MAX_ERRORS`.
 * @throws ProblemError 400 when `value`, which came from JSON, is nested deeper than 64 levels
 */
export function findHarmful(value: unknown): Harm[] {
  const found: Harm[] = [];
  visit(value, "", 0, found);
  return found;
}

function visit(value: unknown, pointer: string, depth: number, found: Harm[]): void {
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
  const detail = `It is nested deeper than ${MAX_DEPTH} levels.`;
  return badRequest("invalid-json", "The body is not JSON", detail);
}

/** Why PostgreSQL would refuse `text`; undefined when it would not. */
export function harmInString(text: string): string | undefined {
  if (text.includes("\0")) return "must not contain the character U+0000";
  if (!text.isWellFormed()) return "must not contain half a surrogate pair";
  return undefined;
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Where `text` stops being JSON: the index of the first character that cannot be, or the length. */
export function jsonErrorIndex(text: string): number {
  const closers: string[] = [];
  let at = 0;
  let state: "value" | "first" | "key" | "after" = "value";
  for (;;) {
    while (at < text.length && " \t\n\r".includes(text.charAt(at))) at++;
    const char = text.charAt(at);
    const closer = closers.at(-1);
    if (state === "after") {
      if (closer === undefined || (char !== "," && char !== closer)) return at;
      if (char === closer) closers.pop();
      else state = closer === "}" ? "key" : "value";
      at++;
    } else if (state === "first" && char === closer) {
      closers.pop();
      state = "after";
      at++;
    } else if (state === "key" || (state === "first" && closer === "}")) {
      const end = char === '"' ? skipString(text, at) : { at, complete: false };
      if (!end.complete) return end.at;
      at = end.at;
      while (at < text.length && " \t\n\r".includes(text.charAt(at))) at++;
      if (text.charAt(at) !== ":") return at;
      at++;
      state = "value";
    } else if (char === "{" || char === "[") {
      closers.push(char === "{" ? "}" : "]");
      state = "first";
      at++;
    } else {
      const end = char === '"' ? skipString(text, at) : skipScalar(text, at);
      if (!end.complete) return end.at;
      at = end.at;
      state = "after";
    }
  }
}

function skipScalar(text: string, start: number): { at: number; complete: boolean } {
  SCALAR.lastIndex = start;
  const complete = SCALAR.test(text);
  return { at: complete ? SCALAR.lastIndex : start, complete };
}

function skipString(text: string, start: number): { at: number; complete: boolean } {
  let at = start + 1;
  while (at < text.length && text.charAt(at) !== '"') {
    if (text.charAt(at) === "\\") {
      ESCAPE.lastIndex = at;
      if (!ESCAPE.test(text)) return { at, complete: false };
      at = ESCAPE.lastIndex;
    } else if (text.charCodeAt(at) < 0x20) {
      return { at, complete: false };
    } else at++;
  }
  return { at: Math.min(at + 1, text.length), complete: at < text.length };
}
