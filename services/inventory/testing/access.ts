/** Callers for tests. */
import { authorizationOf, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../src/access.ts";

export const testGuard = guardFor(roles);

/** The authorization header of an operator, or of this customer. */
export function authorization(customerId?: string): Promise<{ authorization: string }> {
  return customerId === undefined
    ? authorizationOf("operator", "test-operator")
    : authorizationOf("customer", customerId);
}
