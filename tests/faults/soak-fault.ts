/** One fault of the soak, and what it must have for itself. */
import type { ServiceName } from "@orders/stack";
import type { Random } from "./random.ts";
import type { Stage } from "./scenario.ts";

export interface SoakFault {
  readonly name: string;
  /** What no other fault may damage at the same time. */
  readonly takes: readonly string[];
  run(): Promise<void>;
}

/** A fault whose details are chosen at random. */
export type Choose = (stage: Stage, random: Random) => SoakFault;

export const processOf = (service: ServiceName) => `process of ${service}`;
export const networkOf = (service: ServiceName) => `network of ${service}`;
export const tablesOf = (service: ServiceName) => `tables of ${service}`;
