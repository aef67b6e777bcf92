/** Text for notifications: parts of a plain-text body, and external text made safe for a subject. */
import type { OrderLine } from "@orders/generated/messages";

/** Line breaks, which would start another header in a subject, invisible characters, and changes of text direction. */
const unfit = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]+/gu;

/** `text` on one line, without invisible characters. @param length maximum number of characters */
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

/** `Desk lamp and 2 other products`: always short enough for a subject. */
export function summary(lines: readonly OrderLine[]): string {
  const [first, ...others] = lines;
  if (!first) return "nothing";
  const name = oneLine(first.name, 60) || first.sku;
  if (others.length === 0) return name;
  return `${name} and ${count(others.length, "other product", "other products")}`;
}

/** `Desk lamp (LAMP-01)` */
export function nameAndSku({ sku, name }: Pick<OrderLine, "sku" | "name">): string {
  const shown = oneLine(name);
  return shown === "" || shown === sku ? sku : `${shown} (${sku})`;
}

/** `1 piece is`, `2 pieces are` */
export function count(number: number, one: string, several: string): string {
  return `${number} ${number === 1 ? one : several}`;
}

export function paragraphs(...parts: readonly string[]): string {
  return parts.join("\n\n");
}
