/** The cost of a frequently repeated operation, measured for several sides in turns. */

import type { Bench } from "./measurement.ts";
import { inTurns } from "./turns.ts";

export interface Cost {
  /** Operations per second. */
  readonly rate: number;
  /** CPU microseconds per operation, of the measured process. */
  readonly cpu: number;
}

export interface Costs<Side extends string> {
  /** One value per round. */
  readonly details: Readonly<Record<Side, readonly Cost[]>>;
  rates(side: Side): readonly number[];
  cpu(side: Side): readonly number[];
}

/** Times `work`, which repeats an operation `count` times in this process. */
export async function costOf(count: number, work: () => Promise<unknown>): Promise<Cost> {
  Bun.gc(true);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return { rate: count / seconds, cpu: (used.user + used.system) / count };
}

/** Measures in turns, after a warm-up. */
export async function costsInTurns<Side extends string>(
  bench: Bench,
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<Cost>>>,
): Promise<Costs<Side>> {
  for (const warmUp of Object.values<() => Promise<Cost>>(sides)) await warmUp();
  const details = await inTurns(bench, bench.scaled(rounds), sides);
  return {
    details,
    rates: (side) => details[side].map(({ rate }) => rate),
    cpu: (side) => details[side].map(({ cpu }) => cpu),
  };
}
