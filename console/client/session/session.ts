/** Who is signed in. The token is kept in memory only. */
import { signal } from "@preact/signals";
import { queries } from "../api/queries.ts";
import { roles } from "./roles.ts" with { type: "macro" };

export interface Session {
  readonly token: string;
  /** Subject and roles. */
  readonly person: string;
  readonly subject: string;
  readonly roles: readonly string[];
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export const session = signal<Session | undefined>(undefined);
/** Why the person has to sign in again. */
export const signedOutBecause = signal<string | undefined>(undefined);

const rightsByRole: Readonly<Record<string, readonly string[]>> = roles();
export const roleNames = Object.keys(rightsByRole);

/** Who was signed in last, as what. */
let last: string | undefined;

/** @throws when it is not a token that says who it is for */
export function signInWith(token: string): void {
  const [, payload = ""] = token.split(".");
  const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (character) =>
    character.charCodeAt(0),
  );
  const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (typeof claims !== "object" || claims === null) throw new Error("The token has no claims");
  const { sub, roles: given = [], exp } = claims as Readonly<Record<string, unknown>>;
  if (typeof sub !== "string" || typeof exp !== "number") throw new Error("The token has no sub or no exp");
  const granted = Array.isArray(given) ? given.map(String) : [];
  const person = [sub, ...granted].join(" ");
  // What another person or role may read may be more than this one may.
  if (person !== last) queries.clear();
  last = person;
  session.value = { token, person, subject: sub, roles: granted, expiresAt: exp * 1_000 };
  signedOutBecause.value = undefined;
}

export function signOut(because?: string): void {
  session.value = undefined;
  signedOutBecause.value = because;
}

export function authorization(): { readonly authorization?: string } {
  return session.value ? { authorization: `Bearer ${session.value.token}` } : {};
}

/** Whether one of the person's roles has this right: `orders:ship`. The services decide what is actually allowed. */
export function may(right: string): boolean {
  return session.value?.roles.some((role) => rightsByRole[role]?.includes(right)) ?? false;
}
