import type { VNode } from "preact";
import { type History, highestIn } from "./flow-state.ts";

interface Props {
  readonly values: History;
  readonly x?: number;
  readonly y?: number;
  readonly width: number;
  readonly height: number;
}

/** How many values fill the width. */
const span = 300;

/** The course of a number, the newest at the right end; part of an SVG picture. */
export function SparkLine({ values, x = 0, y = 0, width, height }: Props): VNode | null {
  const highest = highestIn(values, 1);
  const step = width / (span - 1);
  const start = x + width - (values.length - 1) * step;
  const points = values.flatMap((value, index) =>
    value === undefined
      ? []
      : [`${(start + index * step).toFixed(1)} ${(y + height - (value / highest) * height).toFixed(1)}`],
  );
  if (points.length < 2) return null;
  const line = `M${points.join("L")}`;
  return (
    <g class="spark">
      <path class="area" d={`${line}V${y + height}H${points[0]?.split(" ")[0]}Z`} />
      <path class="line" d={line} />
    </g>
  );
}
