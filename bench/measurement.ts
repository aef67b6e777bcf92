import type { Machine } from "./machine.ts";
import type { Servers } from "./servers.ts";
import type { Summary } from "./statistics.ts";

/** The environment of a measurement. */
export interface Bench {
  readonly servers: Servers;
  readonly progress: (line: string) => void;
  /** A name for a virtual host or database that is unique in this run. */
  readonly uniqueName: () => string;
  readonly machine: Machine;
  /** Whether this is `make bench-full`, with more and longer rounds. */
  readonly full: boolean;
  /** Whether SCALE changes the sizes, to test the benchmark itself. */
  readonly trial: boolean;
  /** A number of orders, messages, clients, seconds or rounds times SCALE, at least 1. */
  readonly scaled: (size: number) => number;
}

export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** A row of the table. */
export interface Row {
  readonly what: string;
  readonly value: Summary;
  /** Unit of the value, such as "orders/s" or "ms"; absent for a ratio. */
  readonly unit?: string;
  readonly target?: Target;
}

interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** A plot of a measurement's findings. */
export type Plot =
  | {
      readonly kind: "lines";
      readonly file: string;
      readonly title: string;
      readonly x: string;
      readonly y: string;
      /** Draws y by powers of ten, for values of very different size. */
      readonly logarithmic?: boolean;
      readonly series: readonly Series[];
    }
  | {
      readonly kind: "stages";
      readonly file: string;
      readonly title: string;
      readonly unit: string;
      readonly stages: readonly { readonly name: string; readonly value: number }[];
    };

export interface Findings {
  readonly rows: readonly Row[];
  readonly plots?: readonly Plot[];
  /** Everything that was measured, for the JSON file. */
  readonly details?: object;
}

export interface Measurement {
  /** Selects it: `make bench ONLY=publisher`. */
  readonly name: string;
  readonly title: string;
  /** Whether `make bench` runs it; `make bench-full` runs all of them. */
  readonly quick: boolean;
  run(bench: Bench): Promise<Findings>;
}

/** Whether a row meets its target; undefined without one. */
export function keeps({ value, target }: Row): boolean | undefined {
  if (target === undefined) return undefined;
  return "atLeast" in target ? value.median >= target.atLeast : value.median <= target.atMost;
}
