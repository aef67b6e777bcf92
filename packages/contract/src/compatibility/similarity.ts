/** Guesses what a removed part may have been renamed to. */

/** The most similar of `candidates`; undefined when none is alike. */
export function mostSimilar<Item extends { readonly name: string }>(
  name: string,
  candidates: readonly Item[],
): Item | undefined {
  const scored = candidates.map((candidate) => ({ candidate, score: similarity(name, candidate.name) }));
  const [best] = scored.sort((one, other) => other.score - one.score);
  return best && best.score >= 0.5 ? best.candidate : undefined;
}

/** ` (renamed to jobs.2?)`; "" without a successor. */
export function renamedTo(successor: { readonly name: string } | undefined): string {
  return successor ? ` (renamed to ${successor.name}?)` : "";
}

/** Share of the pairs of letters that two names have in common, from 0 to 1. */
export function similarity(left: string, right: string): number {
  const [one, other] = [pairs(left), pairs(right)];
  if (one.length + other.length === 0) return left === right ? 1 : 0;
  const rest = [...other];
  let common = 0;
  for (const pair of one) {
    const index = rest.indexOf(pair);
    if (index < 0) continue;
    rest.splice(index, 1);
    common++;
  }
  return (2 * common) / (one.length + other.length);
}

function pairs(name: string): string[] {
  const letters = name.toLowerCase().replace(/[^a-z0-9]/g, "");
  return Array.from({ length: Math.max(0, letters.length - 1) }, (_, index) =>
    letters.slice(index, index + 2),
  );
}
