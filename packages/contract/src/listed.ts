/** `a`, `a and b`, `a, b and c`; the empty text for an empty list. */
export function listed(items: readonly string[], conjunction: "and" | "or" = "and"): string {
  const last = items.at(-1) ?? "";
  return items.length < 2 ? last : `${items.slice(0, -1).join(", ")} ${conjunction} ${last}`;
}

/** `1 item`, `2 items`, `3 properties`. */
export function counted(number: number, noun: string): string {
  if (number === 1) return `1 ${noun}`;
  return `${number} ${noun.endsWith("ty") ? `${noun.slice(0, -1)}ies` : `${noun}s`}`;
}
