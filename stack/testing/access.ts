/** Callers in tests of the whole system. */
import { authorizationOf } from "@rabbit-contract/service/testing";

/** The authorization header of an operator, or of this customer. */
export function authorization(customerId?: string): Promise<{ authorization: string }> {
  return customerId === undefined
    ? authorizationOf("operator", "test-operator")
    : authorizationOf("customer", customerId);
}
