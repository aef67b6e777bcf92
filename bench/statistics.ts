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

/** The ratio a ÷ b of each round. */
export function ratios(a: readonly number[], b: readonly number[]): Summary {
  return summary(a.map((value, index) => value / (b[index] ?? Number.NaN)));
}
