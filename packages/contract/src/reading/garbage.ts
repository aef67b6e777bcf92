/** Characters of a text after whose reading memory is released. */
const largeText = 1_000_000;

/**
 * Most of the memory that reading a large text took, or checking its document, is free afterwards. Bun would take more
 * from the system before it collects that; Node.js and Deno do not wait as long.
 */
export function releaseMemoryAfter(text: string): void {
  const { Bun: bun } = globalThis as { readonly Bun?: { gc(force: boolean): unknown } };
  if (text.length > largeText) bun?.gc(true);
}
