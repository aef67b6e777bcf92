import type { ServiceName } from "@orders/stack";

/** Damage that ends on its own. */
export interface Fault {
  readonly name: string;
  /** The parts that no other fault may damage at the same time. */
  readonly takes: readonly string[];
  /** The services that it keeps from working. @default all */
  readonly services?: readonly ServiceName[];
  run(): Promise<void>;
  /** Undoes what must last until the services work again. */
  after?(): Promise<void> | void;
  /** Milliseconds after `run` for which no other fault may damage the same parts. @default 0 */
  readonly rest?: number;
}

export const processOf = (service: ServiceName) => `process of ${service}`;
export const networkOf = (service: ServiceName) => `network of ${service}`;
export const tablesOf = (service: ServiceName) => `tables of ${service}`;
