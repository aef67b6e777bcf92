/** Who calls in tests. */
import { authorizationOf, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../src/access.ts";

export const testGuard = guardFor(roles);

/** The header with which an operator, or this customer, calls. */
export function authorization(customerId?: string): Promise<{ authorization: string }> {
  return customerId === undefined
    ? authorizationOf("operator", "test-operator")
    : authorizationOf("customer", customerId);
}
