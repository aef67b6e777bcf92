/** Who calls, and what is theirs. */
import { ProblemError } from "../http/problem.ts";

/** As the token's claim `roles` names them. An operator may do all that a customer may, for any customer. */
export const roles = ["operator", "customer"] as const;
export type Role = (typeof roles)[number];

export interface Caller {
  /** The highest that the token gives; `none` when it gives none, or when nobody had to say who they are. */
  readonly role: Role | "none";
  /** The token's `sub`: of a customer it is the customer id. */
  readonly subject: string;
}

/** Who calls what is public. */
export const nobody: Caller = { role: "none", subject: "" };

/** Who may call a route; what operators alone may call is refused to customers. */
export type Access = "public" | Role;

/** The customer whose things `caller` may see and change, and no others exist for them; undefined: everybody's. */
export function customerOf(caller: Caller): string | undefined {
  return caller.role === "operator" ? undefined : caller.subject;
}

/**
 * The customer that a call is about: the one that it names, else the caller's own.
 * @throws ProblemError 403 when a customer names another one, whether there is such a one or not
 */
export function customerMeant(caller: Caller, named: string): string;
export function customerMeant(caller: Caller, named: string | undefined): string | undefined;
export function customerMeant(caller: Caller, named: string | undefined): string | undefined {
  const own = customerOf(caller);
  if (own === undefined || named === undefined || named === own) return named ?? own;
  throw forbidden(`You are "${own}", and may do this for nobody else.`);
}

/** 403: whoever calls is known, and may not do this. */
export function forbidden(detail: string): ProblemError {
  const headers = { "www-authenticate": 'Bearer realm="orders", error="insufficient_scope"' };
  return new ProblemError({ status: 403, name: "forbidden", title: "You may not do this", detail, headers });
}
