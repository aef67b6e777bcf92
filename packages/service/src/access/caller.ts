/** Who is calling, and what they may see. */
import { ProblemError } from "../http/problem.ts";
import type { Right, Role } from "./rights.ts";

/** A call that anyone may make, or the right that it needs. */
export type Access = "public" | Right;

export interface Caller {
  /** The token's role that has the right to this call, preferably one that sees all; undefined for a public call. */
  readonly role: Role | undefined;
  /** The token's `sub`. */
  readonly subject: string;
  /** Epoch milliseconds until which the token is valid: long responses must end then. */
  readonly validUntil: number;
}

export const anonymous: Caller = { role: undefined, subject: "", validUntil: Number.POSITIVE_INFINITY };

/**
 * The subject whose resources `caller` may see and change, as if no others existed; undefined for those of everyone.
 */
export function limitedTo({ role, subject }: Caller): string | undefined {
  return role?.sees === "all" ? undefined : subject;
}

/**
 * The subject that a call is about: the one that it names, else the caller. @throws ProblemError 403 when a caller who
 * sees only their own resources names another subject, whether that exists or not
 */
export function subjectMeant(caller: Caller, named: string): string;
export function subjectMeant(caller: Caller, named: string | undefined): string | undefined;
export function subjectMeant(caller: Caller, named: string | undefined): string | undefined {
  const own = limitedTo(caller);
  if (own === undefined || named === undefined || named === own) return named ?? own;
  throw forbidden(`You are "${own}", and may do this only for yourself.`);
}

/** 403: the caller is known, and may not do this. */
export function forbidden(detail: string, missing?: Right): ProblemError {
  const scope = missing === undefined ? "" : `, scope="${missing}"`;
  const headers = { "www-authenticate": `Bearer error="insufficient_scope"${scope}` };
  return new ProblemError({ status: 403, name: "forbidden", title: "Forbidden", detail, headers });
}
