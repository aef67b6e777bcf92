import type { Bench } from "./measurement.ts";

/**
 * Measures in turns, A B A B, so that changes on the machine affect all sides alike. A disturbed round is repeated;
 * there are at most as many repetitions as rounds.
 */
export async function inTurns<Key extends string, Result>(
  { machine, progress, trial }: Pick<Bench, "machine" | "progress" | "trial">,
  rounds: number,
  sides: Readonly<Record<Key, () => Promise<Result>>>,
): Promise<Record<Key, Result[]>> {
  const names = Object.keys(sides) as Key[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Key, Result[]>;
  let repeats = trial ? 0 : rounds;
  for (let round = 0; round < rounds; round++) {
    const measured = await machine.round(
      async () => {
        const found: (readonly [Key, Result])[] = [];
        for (const name of names) {
          progress(`${name}, round ${round + 1} of ${rounds}`);
          found.push([name, await sides[name]()]);
        }
        return found;
      },
      (disturbance) => {
        if (repeats-- <= 0) return false;
        progress(`disturbed, repeated: ${disturbance}`);
        return true;
      },
    );
    for (const [name, result] of measured) results[name].push(result);
  }
  return results;
}
