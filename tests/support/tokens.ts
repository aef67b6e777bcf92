/** Tokens for tests. Each test process has a key of its own, which the services that it starts take. */

import { createGuard } from "#platform/auth/guard.ts";
import { authVariables } from "#platform/auth/variables.ts";
import { readConfig } from "#platform/config.ts";
import { environmentFor, makeToken, newIssuer, type TokenRequest } from "../../stack/tokens.ts";

export const testIssuer = newIssuer("https://issuer.test");

/** For services that a test starts as processes. */
export const authEnvironment = environmentFor(testIssuer);

/** For apps that a test serves itself. */
export const testGuard = createGuard(readConfig(authVariables, authEnvironment));

const tokens = new Map<string, Promise<string>>();

/** @example await tokenOf("customer", "c-1") */
export function tokenOf(role: TokenRequest["role"], subject: string): Promise<string> {
  const key = `${role} ${subject}`;
  const token = tokens.get(key) ?? makeToken(testIssuer, { role, subject });
  tokens.set(key, token);
  return token;
}

/** The header with which an operator, or this customer, calls. */
export async function authorization(customerId?: string): Promise<{ authorization: string }> {
  const token =
    customerId === undefined ? tokenOf("operator", "test-operator") : tokenOf("customer", customerId);
  return { authorization: `Bearer ${await token}` };
}
