/** Callers in tests of the whole system. */
import { authorizationOf } from "@rabbit-contract/service/testing";

/** The header with which an operator, or this customer, calls. */
export function authorization(customerId?: string): Promise<{ authorization: string }> {
  return customerId === undefined
    ? authorizationOf("operator", "test-operator")
    : authorizationOf("customer", customerId);
}
