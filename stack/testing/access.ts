/** Who calls in tests. */
import type { Role } from "@rabbit-contract/service/access";
import { authorizationOf, guardFor } from "@rabbit-contract/service/testing";

const roles: readonly Role[] = [
  { name: "operator", sees: "all" },
  { name: "customer", sees: "own" },
];

/** For apps that a test serves itself. */
export const testGuard = guardFor(roles);

/** The header with which an operator, or this customer, calls. */
export function authorization(customerId?: string): Promise<{ authorization: string }> {
  return customerId === undefined
    ? authorizationOf("operator", "test-operator")
    : authorizationOf("customer", customerId);
}
