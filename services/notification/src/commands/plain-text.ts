/** Text of strangers, such as product names, made fit for a subject or a line of a body. */

/**
 * Everything that ends a line, is invisible, or turns the direction of what follows. A line break in a subject
 * would start a header of the stranger's own.
 */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]+/gu;

/** `text` on one line, without anything that a person cannot see. @param length characters kept, at most */
export function oneLine(text: string, length = 200): string {
  const line = text.toWellFormed().replace(unfit, " ").replace(/\s+/g, " ").trim();
  const characters = Array.from(line);
  return characters.length <= length
    ? line
    : `${characters
        .slice(0, length - 1)
        .join("")
        .trimEnd()}…`;
}
