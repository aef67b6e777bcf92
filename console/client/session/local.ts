/** Sign-in on this machine: with the secret in the link that `make up` prints. */
import type { LocalSignIn, LocalToken } from "@orders/stack/break-it";
import { callError } from "../api/problem.ts";
import { session, signInWith, signOut } from "./session.ts";
import { storedText } from "./storage.ts";

/** This machine's secret, kept until the tab is closed. It is of no use on other machines. */
export const machineSecret = storedText("machine");
const lastPerson = storedText("person");

export interface Person {
  readonly role: string;
  readonly subject: string;
}

export const operator: Person = { role: "operator", subject: "operator" };

/** Removes the secret from the address, so that a shared or bookmarked link does not contain it. */
export function takeSecretFromAddress(): void {
  const secret = new URLSearchParams(location.hash.slice(1)).get("machine");
  if (secret === null) return;
  machineSecret.set(secret);
  history.replaceState(null, "", location.pathname + location.search);
}

/** Signs in as the last person who was signed in, else as an operator. */
export async function signInAgain(): Promise<void> {
  const [role = operator.role, subject = operator.subject] = lastPerson.get()?.split(" ") ?? [];
  await signInLocally({ role, subject });
}

/** @throws CallError */
export async function signInLocally({ role, subject }: Person): Promise<void> {
  const machine = machineSecret.get();
  if (machine === undefined) throw new Error("Open the link that `make up` prints: it signs you in");
  const body: LocalSignIn = { machine, role, subject };
  const response = await fetch("/sign-in/local", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    if (response.status === 401) machineSecret.set(undefined);
    throw callError(response.status, await response.text());
  }
  const { token }: LocalToken = await response.json();
  signInWith(token);
  lastPerson.set(`${role} ${subject}`);
  renewBeforeItEnds({ role, subject });
}

function renewBeforeItEnds(person: Person): void {
  const { token, expiresAt } = session.value ?? {};
  if (expiresAt === undefined) return;
  const minute = 60_000;
  setTimeout(
    () => {
      if (session.value?.token !== token) return;
      signInLocally(person).catch((error: unknown) => signOut(String(error)));
    },
    Math.min(Math.max(expiresAt - Date.now() - minute, minute / 2), 2 ** 31 - 1),
  );
}
