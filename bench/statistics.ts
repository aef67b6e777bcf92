/** Medians, percentiles, and ratios of interleaved measurements. */

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function summary(values: readonly number[]): Summary {
  const sorted = [...values].sort((a, b) => a - b);
  return {
    median: percentile(sorted, 50),
    min: sorted.at(0) ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** @param sorted ascending */
export function percentile(sorted: readonly number[], percent: number): number {
  if (sorted.length === 0) return Number.NaN;
  const at = (sorted.length - 1) * (percent / 100);
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** Measures in turns, A B A B, so that changes on the machine affect all sides alike. */
export async function inTurns<Key extends string, Result>(
  rounds: number,
  sides: Readonly<Record<Key, () => Promise<Result>>>,
  progress: (line: string) => void,
): Promise<Record<Key, Result[]>> {
  const names = Object.keys(sides) as Key[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Key, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) {
      progress(`${name}, round ${round + 1} of ${rounds}`);
      results[name].push(await sides[name]());
    }
  }
  return results;
}

/** Each round's a ÷ b. */
export function ratios(a: readonly number[], b: readonly number[]): Summary {
  return summary(a.map((value, index) => value / (b[index] ?? Number.NaN)));
}
