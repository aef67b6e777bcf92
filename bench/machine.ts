/** Detects whether the machine did anything else during a measurement. */
import { createHash } from "node:crypto";
import { loadavg } from "node:os";
import { cpuSeconds, machineCpu } from "./processes.ts";

/** Above these, a round was disturbed. */
const limits = {
  /** Share of the machine's CPU time that the host gave to other machines (steal). */
  stolen: 0.02,
  /** Share used by processes that do not belong to the benchmark. */
  foreign: 0.08,
  /** Time of a fixed computation after the round ÷ the shortest time of the run. */
  slowdown: 1.2,
};
type Disturbance = Readonly<typeof limits>;

/** The rounds of a run so far, and what disturbed them. */
export interface Quiet {
  readonly loadAverageAtStart: number;
  readonly rounds: number;
  /** Disturbed rounds that were repeated, and those that were kept because too many had been repeated. */
  readonly repeated: number;
  readonly kept: number;
  /** The worst values of the rounds that count. */
  readonly worst: Disturbance;
}

export class Machine {
  readonly #pids: readonly number[];
  readonly #loadAverageAtStart = loadavg()[0] ?? 0;
  #shortest = Number.POSITIVE_INFINITY;
  #rounds = 0;
  #repeated = 0;
  #kept = 0;
  readonly #worst = { stolen: 0, foreign: 0, slowdown: 1 };

  /** @param pids of the servers; this process and its children are included automatically */
  constructor(pids: readonly number[]) {
    this.#pids = pids;
    for (let again = 0; again < 10; again++) this.#slowdown();
  }

  /** Runs a round, and repeats it if it was disturbed and `mayRepeat` allows it. */
  async round<Result>(
    work: () => Promise<Result>,
    mayRepeat: (disturbance: string) => boolean,
  ): Promise<Result> {
    for (;;) {
      const [before, ours] = [machineCpu(), this.#ours()];
      const result = await work();
      const after = machineCpu();
      const all = after.busy + after.idle + after.stolen - before.busy - before.idle - before.stolen;
      const foreign = after.busy - before.busy - (this.#ours() - ours);
      const seen: Disturbance = {
        stolen: (after.stolen - before.stolen) / all,
        foreign: Math.max(0, foreign / all),
        slowdown: this.#slowdown(),
      };
      const disturbed = keys.some((key) => seen[key] > limits[key]);
      if (disturbed && mayRepeat(inWords(seen))) {
        this.#repeated++;
        continue;
      }
      this.#rounds++;
      if (disturbed) this.#kept++;
      for (const key of keys) this.#worst[key] = Math.max(this.#worst[key], seen[key]);
      return result;
    }
  }

  get quiet(): Quiet {
    return {
      loadAverageAtStart: this.#loadAverageAtStart,
      rounds: this.#rounds,
      repeated: this.#repeated,
      kept: this.#kept,
      worst: this.#worst,
    };
  }

  #ours(): number {
    return [process.pid, ...this.#pids].reduce((sum, pid) => sum + cpuSeconds(pid), 0);
  }

  /** The shortest of a few runs, so that work left over from the round does not count. */
  #slowdown(): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (let again = 0; again < 20; again++) {
      const start = performance.now();
      createHash("sha256").update(block).digest();
      shortest = Math.min(shortest, performance.now() - start);
    }
    this.#shortest = Math.min(this.#shortest, shortest);
    return shortest / this.#shortest;
  }
}

/** What the fixed computation hashes. */
const block = new Uint8Array(4 * 2 ** 20);
const keys = Object.keys(limits) as (keyof typeof limits)[];
const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

function inWords({ stolen, foreign, slowdown }: Disturbance): string {
  return `${percent(stolen)} of the CPU stolen, ${percent(foreign)} used by others, a fixed computation took ${slowdown.toFixed(2)} times its shortest time`;
}

/** Describes whether the figures of a run can be trusted. */
export function verdict({ loadAverageAtStart, rounds, repeated, kept, worst }: Quiet): string {
  const said =
    kept === 0 ? "The machine was quiet" : `The machine was NOT quiet in ${kept} of ${rounds} rounds`;
  return `${said}: load average ${loadAverageAtStart.toFixed(2)} at the start; at worst ${inWords(worst)}; ${repeated} disturbed rounds were repeated.`;
}
