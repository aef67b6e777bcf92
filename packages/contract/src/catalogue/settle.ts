/** One-dimensional placement without overlap. */

interface Settling {
  /** Preferred start of each box, in the order of the boxes. */
  readonly wanted: readonly number[];
  readonly sizes: readonly number[];
  readonly gap: number;
}

/**
 * Start of each box: in order, at least `gap` apart, and as close to its preferred position as that allows (least
 * squares, by pooling boxes that collide).
 */
export function settle({ wanted, sizes, gap }: Settling): number[] {
  const offsets: number[] = [];
  let offset = 0;
  for (const size of sizes) {
    offsets.push(offset);
    offset += size + gap;
  }
  // After subtracting the offsets, "in order and apart" simply means "never decreasing".
  const pools: { sum: number; count: number }[] = [];
  wanted.forEach((position, index) => {
    let pool = { sum: position - (offsets[index] ?? 0), count: 1 };
    for (
      let last = pools.at(-1);
      last && last.sum / last.count >= pool.sum / pool.count;
      last = pools.at(-1)
    ) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  });
  const level = pools.flatMap(({ sum, count }) => Array<number>(count).fill(sum / count));
  return level.map((position, index) => position + (offsets[index] ?? 0));
}
