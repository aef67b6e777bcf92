import { tokenOf } from "@rabbit-contract/service/testing";
import type { Customer } from "./job.ts";

/** One for each client below the peak; at the peak four clients share one. */
const count = 100;

/** For what asks for no tokens. */
export const strangers: readonly Customer[] = Array.from({ length: count }, (_, number) => ({
  id: `c-${number}`,
}));

/** The same with their tokens. */
export function customers(): Promise<Customer[]> {
  return Promise.all(strangers.map(async ({ id }) => ({ id, token: await tokenOf("customer", id) })));
}
