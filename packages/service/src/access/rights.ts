/** What callers may do, and which roles may do it. Each service has its own table of both. */

declare const right: unique symbol;

/**
 * A right, by its name in a 403 and in the OpenAPI document. Only `rights` makes them, so no other string has this
 * type.
 */
export type Right = string & { readonly [right]: true };

/** A role that a token may name. A token may name several, and has the rights of all. */
export interface Role {
  /** As the token's claim `roles` names it. */
  readonly name: string;
  /** `own`: only what belongs to the caller; `all`: what belongs to any caller. */
  readonly sees: "own" | "all";
  readonly may: readonly Right[];
}

/**
 * The rights of a service, for its routes and roles to name.
 * @example rights({ read: "accounts:read", close: "accounts:close" })
 */
export function rights<Key extends string>(names: Readonly<Record<Key, string>>) {
  return names as Readonly<Record<Key, Right>>;
}

export function rolesWith(needed: Right, roles: readonly Role[]): Role[] {
  return roles.filter(({ may }) => may.includes(needed));
}
