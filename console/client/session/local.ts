/** Sign-in on this machine: with the secret in the link that `make up` prints. */
import { treaty } from "@elysiajs/eden";
import type { BreakItApp } from "@orders/stack/break-it";
import { CallError, messageOf } from "../api/problem.ts";
import { bodyOf } from "../api/rest.ts";
import { session, signInWith, signOut } from "./session.ts";
import { storedText } from "./storage.ts";

/** This machine's secret, kept until the tab is closed. It is of no use on other machines. */
export const machineSecret = storedText("machine");
const lastPerson = storedText("person");
const headers = () => ({ "machine-secret": machineSecret.get() ?? "" });
/** Calls that exist only where `make up` runs the system. */
export const thisMachine = treaty<BreakItApp>(location.origin, { headers, parseDate: false });

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

/** What a tab tells another one. */
interface Shared {
  readonly machine: string;
  readonly person: string | undefined;
}

/** Milliseconds for another tab to answer before the page is shown without being signed in. */
const patience = 1_000;

/**
 * Takes the secret from another tab of this browser if this one has none, such as after a link was opened in a new tab.
 * An answer that comes later, from a busy tab, is taken as well. Gives it to other tabs as long as the page is open.
 */
export async function shareSecret(): Promise<void> {
  const tabs = new BroadcastChannel("machine");
  const answered = Promise.withResolvers<void>();
  let use = answered.resolve;
  tabs.onmessage = ({ data }: MessageEvent<Shared | null>) => {
    const machine = machineSecret.get();
    if (data === null && machine !== undefined)
      tabs.postMessage({ machine, person: lastPerson.get() } satisfies Shared);
    if (data === null || machine !== undefined) return;
    machineSecret.set(data.machine);
    lastPerson.set(data.person);
    use();
  };
  if (machineSecret.get() !== undefined) return;
  tabs.postMessage(null);
  setTimeout(answered.resolve, patience);
  await answered.promise;
  use = () => location.reload();
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
  const call = thisMachine["sign-in"].local.post({ machine, role, subject });
  const { token } = await bodyOf(call).catch((error: unknown) => {
    if (!(error instanceof CallError) || error.status !== 401) throw error;
    machineSecret.set(undefined);
    throw new Error("This link is no longer valid; `make console` prints the current one.");
  });
  signInWith(token);
  lastPerson.set(`${role} ${subject}`);
  renewBeforeItEnds({ role, subject });
}

/** Milliseconds: how long before the end of a token it is renewed, and how long after a failure that is tried again. */
const early = 60_000;
const again = 5_000;

function renewBeforeItEnds(person: Person): void {
  const { token, expiresAt = 0 } = session.value ?? {};
  const renew = () => {
    if (session.value?.token !== token) return;
    signInLocally(person).catch((error: unknown) => {
      // The console's server may be restarting.
      if (Date.now() + again < expiresAt) setTimeout(renew, again);
      else signOut(messageOf(error));
    });
  };
  setTimeout(renew, Math.min(Math.max(expiresAt - Date.now() - early, early / 2), 2 ** 31 - 1));
}
