/** One fault of the soak test, and what it needs exclusively. */
import type { ServiceName } from "@orders/stack";
import type { Random } from "./random.ts";
import type { Stage } from "./scenario.ts";

export interface SoakFault {
  readonly name: string;
  /** The parts that no other fault may damage at the same time. */
  readonly takes: readonly string[];
  run(): Promise<void>;
}

/** A fault whose details are chosen at random. */
export type Choose = (stage: Stage, random: Random) => SoakFault;

export const processOf = (service: ServiceName) => `process of ${service}`;
export const networkOf = (service: ServiceName) => `network of ${service}`;
export const tablesOf = (service: ServiceName) => `tables of ${service}`;
