/** What doing something many times costs, on several sides in turns. */

import { inTurns } from "./statistics.ts";

export interface Cost {
  /** A second. */
  readonly rate: number;
  /** CPU microseconds for each, of the process in question. */
  readonly cpu: number;
}

export interface Costs<Side extends string> {
  /** Round by round. */
  readonly details: Readonly<Record<Side, readonly Cost[]>>;
  rates(side: Side): readonly number[];
  cpu(side: Side): readonly number[];
}

/** Times `work`, which does something `count` times in this process. */
export async function costOf(count: number, work: () => Promise<unknown>): Promise<Cost> {
  Bun.gc(true);
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  const used = process.cpuUsage(cpu);
  return { rate: count / seconds, cpu: (used.user + used.system) / count };
}

/** Measures in turns, after a round that does not count. */
export async function costsInTurns<Side extends string>(
  rounds: number,
  sides: Readonly<Record<Side, () => Promise<Cost>>>,
  progress: (line: string) => void,
): Promise<Costs<Side>> {
  await inTurns(1, sides, () => {});
  const details = await inTurns(rounds, sides, progress);
  return {
    details,
    rates: (side) => details[side].map(({ rate }) => rate),
    cpu: (side) => details[side].map(({ cpu }) => cpu),
  };
}
