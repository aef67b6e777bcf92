import { gitTree } from "@orders/stack/testing/trees";
import { Machine } from "./machine.ts";
import type { Bench } from "./measurement.ts";
import type { Servers } from "./servers.ts";

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

/**
 * Measures this build, in turns with the one of a git revision if there is a base.
 * @param measure gets a name that no other round has, and the root of the sources unless they are the project's
 */
export async function besideBase<Result>(
  { servers, base, rounds }: { servers: Servers; base: string | undefined; rounds: number },
  measure: (name: string, root?: string) => Promise<Result>,
): Promise<Record<string, Result[]>> {
  const tree = base === undefined ? undefined : gitTree(base);
  try {
    let number = 0;
    const side = (root?: string) => () => measure(`round${++number}`, root);
    const sides = { "this build": side(), ...(tree && { [base ?? ""]: side(tree.root) }) };
    const machine = new Machine(servers.ours);
    return await inTurns({ machine, progress: console.log, trial: rounds === 1 }, rounds, sides);
  } finally {
    tree?.remove();
  }
}
