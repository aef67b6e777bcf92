/** Tokens for tests. Each test process has a key of its own, which the services that it starts accept. */
import { Guard } from "../access/guard.ts";
import { limitVariables } from "../access/limit-variables.ts";
import type { Role } from "../access/rights.ts";
import { authVariables } from "../access/variables.ts";
import { readConfig } from "../config/config.ts";
import { environmentFor, makeToken, newIssuer } from "./tokens.ts";

export const testIssuer = newIssuer("https://issuer.test");

/** For services that a test starts as processes, with limits that no test reaches. */
export const authEnvironment = {
  ...environmentFor(testIssuer),
  RATE_LIMIT: "100000",
  CONCURRENCY_LIMIT: "10000",
  REFUSAL_LIMIT: "100000",
};

/** For apps that a test serves itself. */
export function guardFor(roles: readonly Role[], environment: Readonly<Record<string, string>> = {}): Guard {
  const variables = { ...authVariables, ...limitVariables };
  return new Guard({ ...readConfig(variables, { ...authEnvironment, ...environment }), roles });
}

const tokens = new Map<string, Promise<string>>();

/** @example await tokenOf("member", "ada") */
export function tokenOf(role: string, subject: string): Promise<string> {
  const key = `${role} ${subject}`;
  const token = tokens.get(key) ?? makeToken(testIssuer, { roles: [role], subject });
  tokens.set(key, token);
  return token;
}

/** The header with which this subject calls. */
export async function authorizationOf(role: string, subject: string): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await tokenOf(role, subject)}` };
}

/** Makes the header of an operator, or of the caller with this role who is named. */
export const callersWith = (role: string) => (subject?: string) =>
  subject === undefined ? authorizationOf("operator", "test-operator") : authorizationOf(role, subject);
