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

/** One form for each set: integer multiples joined to one step, bounds of integers moved to the outermost values. */
export function normalisedNumbers(numbers: Numbers): Numbers {
  const steps = numbers.multiples.filter((step) => Number.isSafeInteger(step));
  if (!numbers.integer && steps.length === 0) return numbers;
  const { lower, upper, multiples } = numbers;
  const common = steps.reduce((one, other) => (one / divisor(one, other)) * other, 1);
  const step = Number.isSafeInteger(common) ? common : 1;
  return {
    kind: "number",
    integer: true,
    ...(lower && { lower: rounded(lower, step, 1) }),
    ...(upper && { upper: rounded(upper, step, -1) }),
    multiples:
      step === common
        ? [...(step === 1 ? [] : [step]), ...multiples.filter((other) => !steps.includes(other))]
        : multiples,
  };
}

/** The outermost multiple of `step` within a bound; the bound as it is where integers are no longer exact. */
function rounded(bound: Bound, step: number, direction: 1 | -1): Bound {
  const { value, exclusive } = bound;
  const inward = direction * Math.ceil((direction * value) / step) * step;
  const multiple = exclusive && inward === value ? inward + direction * step : inward;
  // Never -0, which compares as a different value than 0.
  return Number.isSafeInteger(multiple) ? { value: multiple + 0, exclusive: false } : bound;
}

/** The greatest common divisor. */
function divisor(one: number, other: number): number {
  return other === 0 ? one : divisor(other, one % other);
}
