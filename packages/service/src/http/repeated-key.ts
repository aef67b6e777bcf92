/**
 * Finds a key that an object of a JSON text has twice: parsers silently keep one of the values, but not all the same
 * one.
 */

/**
 * The first such key, undefined if there is none.
 * @param value what `JSON.parse` made of `text`
 */
export function repeatedKey(text: string, value: unknown): string | undefined {
  // Each member has a colon, and a duplicate is missing in the value. If there are as many members as colons, there is
  // no duplicate, which is quick to see; if there are fewer, the other colons may be in strings.
  return membersOf(value) < colonsIn(text) ? firstRepeated(text) : undefined;
}

function colonsIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at !== -1; at = text.indexOf(":", at + 1)) count++;
  return count;
}

/** Members of all objects in `value`. Without recursion: JSON may be nested deeper than the stack. */
function membersOf(value: unknown): number {
  let count = 0;
  const left = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (typeof one !== "object" || one === null) continue;
    const children: unknown[] = Object.values(one);
    if (!Array.isArray(one)) count += children.length;
    for (const child of children) if (typeof child === "object") left.push(child);
  }
  return count;
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],]/g;

function firstRepeated(text: string): string | undefined {
  /** Keys of the objects that are open, undefined for an array. */
  const open: (Set<string> | undefined)[] = [];
  let keyIsNext = false;
  for (const [token] of text.matchAll(TOKENS)) {
    const keys = open.at(-1);
    if (token === "{") open.push(new Set());
    else if (token === "[") open.push(undefined);
    else if (token === "}" || token === "]") open.pop();
    else if (token !== "," && keyIsNext && keys) {
      const key: string = JSON.parse(token);
      if (keys.has(key)) return key;
      keys.add(key);
    }
    keyIsNext = token === "{" || (token === "," && keys !== undefined);
  }
  return undefined;
}
