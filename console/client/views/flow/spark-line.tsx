import type { VNode } from "preact";

interface Props {
  readonly values: readonly number[];
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
  /** How many values fill the width. @default 300 */
  readonly span?: number;
}

/** The course of a number, the newest at the right end; part of an SVG picture. */
export function SparkLine({ values, x = 0, y = 0, width, height, span = 300 }: Props): VNode | null {
  if (values.length < 2) return null;
  const highest = Math.max(1, ...values);
  const step = width / (span - 1);
  const start = x + width - (values.length - 1) * step;
  const points = values.map(
    (value, index) =>
      `${(start + index * step).toFixed(1)} ${(y + height - (value / highest) * height).toFixed(1)}`,
  );
  const line = `M${points.join("L")}`;
  return (
    <g class="spark">
      <path class="area" d={`${line}V${y + height}H${start.toFixed(1)}Z`} />
      <path class="line" d={line} />
    </g>
  );
}
