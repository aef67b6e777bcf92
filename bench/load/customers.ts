import { tokenOf } from "@rabbit-contract/service/testing";
import type { Customer } from "./job.ts";

/** One per client below the peak; at the peak, four clients share one. */
const count = 100;

/** For servers that need no tokens. */
export const anonymousCustomers: readonly Customer[] = Array.from({ length: count }, (_, number) => ({
  id: `c-${number}`,
}));

/** The same customers with tokens. */
export function customers(): Promise<Customer[]> {
  return Promise.all(
    anonymousCustomers.map(async ({ id }) => ({ id, token: await tokenOf("customer", id) })),
  );
}
