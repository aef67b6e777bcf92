/** Tokens for tests. Each test process has a key of its own, which the services that it starts take. */

import { Guard } from "../access/guard.ts";
import { limitVariables } from "../access/limit-variables.ts";
import { authVariables } from "../access/variables.ts";
import { readConfig } from "../config/config.ts";
import { environmentFor, makeToken, newIssuer, type TokenRequest } from "./tokens.ts";

export const testIssuer = newIssuer("https://issuer.test");

/** For services that a test starts as processes. Their limits are out of the way: tests ask for much. */
export const authEnvironment = {
  ...environmentFor(testIssuer),
  RATE_LIMIT: "100000",
  CONCURRENCY_LIMIT: "10000",
  REFUSAL_LIMIT: "100000",
};

/** For apps that a test serves itself. */
export const testGuard = guardWith();

export function guardWith(environment: Readonly<Record<string, string>> = {}): Guard {
  const variables = { ...authVariables, ...limitVariables };
  return new Guard(readConfig(variables, { ...authEnvironment, ...environment }));
}

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
