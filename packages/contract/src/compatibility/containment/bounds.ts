/** Bounds of numbers. */
import type { Bound, Numbers } from "./model.ts";

/** The stricter of two bounds. */
export function tighter(
  left: Bound | undefined,
  right: Bound | undefined,
  isTighter: (left: number, right: number) => boolean,
): Bound | undefined {
  if (!left || !right) return left ?? right;
  if (left.value === right.value) return left.exclusive ? left : right;
  return isTighter(left.value, right.value) ? left : right;
}

/** Rounds the bounds of integers to integers. */
export function normalisedNumbers(numbers: Numbers): Numbers {
  if (!numbers.integer) return numbers;
  const { lower, upper } = numbers;
  return {
    ...numbers,
    ...(lower && {
      lower: {
        value: lower.exclusive ? Math.floor(lower.value) + 1 : Math.ceil(lower.value),
        exclusive: false,
      },
    }),
    ...(upper && {
      upper: {
        value: upper.exclusive ? Math.ceil(upper.value) - 1 : Math.floor(upper.value),
        exclusive: false,
      },
    }),
  };
}
