/** Two kinds of SVG plots, readable on light and dark pages. */
import type { Plot } from "../measurement.ts";
import type { Environment } from "./environment.ts";

const width = 720;
const height = 400;
const margin = { top: 48, right: 24, bottom: 64, left: 72 };
const colours = ["#2563eb", "#d97706", "#059669", "#db2777", "#7c3aed", "#0891b2"];

export function svgOf(plot: Plot, environment: Environment): string {
  const content = plot.kind === "lines" ? lines(plot) : stages(plot);
  const source = `${environment.machine.split(",", 2).join(",")}; ${environment.commit}, ${environment.date.slice(0, 10)}`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13">
<rect width="${width}" height="${height}" fill="#fff"/>
${text(margin.left, 26, plot.title, 'font-size="16" font-weight="600"')}
${content}
${text(width - margin.right, height - 8, source, 'text-anchor="end" font-size="10" fill="#6b7280"')}
</svg>
`;
}

function lines({ x, y, logarithmic, series }: Extract<Plot, { kind: "lines" }>): string {
  const all = series.flatMap(({ points }) => points);
  const xTicks = ticks(Math.max(...all.map(([value]) => value)));
  const values = all.map(([, value]) => value);
  const yTicks = logarithmic ? powers(Math.min(...values), Math.max(...values)) : ticks(Math.max(...values));
  const xScale = scale(xTicks, margin.left, width - margin.right);
  const yAxis = [height - margin.bottom, margin.top] as const;
  const linear = scale(logarithmic ? yTicks.map(Math.log10) : yTicks, ...yAxis);
  const yScale = (value: number) => linear(logarithmic ? Math.log10(value) : value);
  const grid = [
    ...yTicks.map((tick) => {
      const at = yScale(tick);
      return `<path d="M${margin.left} ${at}H${width - margin.right}" stroke="#e5e7eb"/>${text(margin.left - 8, at + 4, format(tick), 'text-anchor="end" fill="#374151"')}`;
    }),
    ...xTicks.map((tick) =>
      text(xScale(tick), height - margin.bottom + 20, format(tick), 'text-anchor="middle" fill="#374151"'),
    ),
    text((margin.left + width - margin.right) / 2, height - margin.bottom + 40, x, 'text-anchor="middle"'),
    text(
      18,
      (margin.top + height - margin.bottom) / 2,
      y,
      `text-anchor="middle" transform="rotate(-90 18 ${(margin.top + height - margin.bottom) / 2})"`,
    ),
  ];
  const drawn = series.map(({ name, points }, index) => {
    const colour = colours[index % colours.length];
    const at = points.map(([px, py]) => `${xScale(px).toFixed(1)} ${yScale(py).toFixed(1)}`);
    const dots = at.map((one) => {
      const [cx, cy] = one.split(" ");
      return `<circle cx="${cx}" cy="${cy}" r="3.5" fill="${colour}"/>`;
    });
    const legend = margin.left + 12 + index * 130;
    return `<path d="M${at.join("L")}" fill="none" stroke="${colour}" stroke-width="2"/>${dots.join("")}
<rect x="${legend}" y="36" width="10" height="10" fill="${colour}"/>${text(legend + 16, 45, name)}`;
  });
  return [...grid, ...drawn].join("\n");
}

function stages({ stages, unit }: Extract<Plot, { kind: "stages" }>): string {
  const total = stages.reduce((sum, { value }) => sum + value, 0);
  const left = margin.left + 180;
  const perUnit = (width - margin.right - left - 60) / total;
  const step = Math.min(44, (height - margin.top - margin.bottom) / (stages.length + 1));
  let at = left;
  const bars = stages.map(({ name, value }, index) => {
    const y = margin.top + index * step;
    const bar = `<rect x="${at.toFixed(1)}" y="${y}" width="${Math.max(1, value * perUnit).toFixed(1)}" height="${step - 12}" rx="2" fill="${colours[index % colours.length]}"/>`;
    at += value * perUnit;
    return `${text(left - 12, y + step / 2, name, 'text-anchor="end"')}${bar}${text(at + 8, y + step / 2, `${format(value)} ${unit}`)}`;
  });
  const y = margin.top + stages.length * step + step / 2;
  return [
    ...bars,
    text(left - 12, y, "together", 'text-anchor="end" font-weight="600"'),
    text(left, y, `${format(total)} ${unit}`, 'font-weight="600"'),
  ].join("\n");
}

/** About five round numbers, from 0 to at least `highest`. */
function ticks(highest: number): number[] {
  const rough = highest / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.ceil(highest / step) + 1 }, (_, index) => index * step);
}

/** Powers of ten from at most `lowest` to at least `highest`. */
function powers(lowest: number, highest: number): number[] {
  const [first, last] = [Math.floor(Math.log10(lowest)), Math.ceil(Math.log10(highest))];
  return Array.from({ length: last - first + 1 }, (_, index) => 10 ** (first + index));
}

function scale(tickMarks: readonly number[], from: number, to: number): (value: number) => number {
  const [lowest = 0, highest = 1] = [tickMarks[0], tickMarks.at(-1)];
  return (value) => from + ((value - lowest) / (highest - lowest)) * (to - from);
}

const format = (value: number) => String(Number(value.toPrecision(3)));

function text(x: number, y: number, content: string, attributes = ""): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}
