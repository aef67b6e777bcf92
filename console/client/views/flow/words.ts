/** Numbers and times, short enough for the picture. */
import type { RouteFlow, ServiceFlow } from "../../../src/shapes.ts";

export function amount(value: number): string {
  return value < 10_000 ? value.toLocaleString("en") : `${(value / 1_000).toFixed(0)}k`;
}

export function rate(perSecond: number | null | undefined): string {
  if (perSecond === null || perSecond === undefined) return "–";
  if (perSecond === 0) return "0/s";
  return perSecond < 10 ? `${perSecond.toFixed(1)}/s` : `${amount(Math.round(perSecond))}/s`;
}

/** Of several routes together; null while that of none is known. */
export function rateOf(routes: readonly RouteFlow[] | undefined): number | null {
  const known = routes?.flatMap(({ perSecond }) => perSecond ?? []) ?? [];
  return known.length === 0 ? null : known.reduce((sum, one) => sum + one);
}

export function seconds(value: number): string {
  if (value < 60) return `${Math.round(value)} s`;
  return value < 3_600 ? `${Math.round(value / 60)} min` : `${(value / 3_600).toFixed(1)} h`;
}

/** For a service whose outbox is not read: one that is ready has none, since it sends nothing. */
export function missingOutbox({ status }: ServiceFlow): string {
  return status === "ready" ? "no outbox" : "outbox unknown";
}
