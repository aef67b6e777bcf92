/** The token issuer that `make up` creates for the local stack. No image contains its key, and no other stack accepts it. */
import { rmSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { roles } from "@orders/order/access";
import { type Issuer, makeToken, newIssuer, type TokenRequest } from "@rabbit-contract/service/testing";
import { stackDirectory } from "../paths.ts";
import { readState, writeState } from "./state-file.ts";

const file = join(stackDirectory, "issuer.json");

/** The issuer of an earlier `make up`, else a new one. */
export function localIssuer(): Issuer {
  const earlier = readState<Issuer>(file);
  if (earlier) return earlier;
  const issuer = newIssuer("urn:orders:local-stack", "orders");
  writeState(file, issuer);
  return issuer;
}

export function removeLocalIssuer(): void {
  rmSync(file, { force: true });
}

/** A token for the local stack. @throws Error if it was never started */
export async function localToken(request: TokenRequest): Promise<string> {
  const issuer = readState<Issuer>(file);
  if (issuer) return makeToken(issuer, request);
  throw new Error("there is no local stack to issue a token for: start it with make up");
}

/** For operators' commands without `TOKEN`: in the user's own name. @throws Error if there is no local stack */
export async function operatorToken(): Promise<string> {
  const issuer = readState<Issuer>(file);
  if (issuer) return makeToken(issuer, { roles: ["operator"], subject: userInfo().username });
  throw new Error(
    "set TOKEN to an operator's token; without it, only the local stack that make up starts can be called",
  );
}

/** What `make token` prints. @throws Error that says how to use it */
export async function requestedToken(role: string, subject: string): Promise<string> {
  const names = roles.map(({ name }) => name);
  const given = role.split(",");
  const unknown = given.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new Error(`set ROLE to ${names.join(", ")}, or to several of them with commas; got "${unknown}"`);
  if (given.includes("customer") && subject === "")
    throw new Error("set SUB to the customer's id: make token ROLE=customer SUB=c-1");
  return localToken({ roles: given, subject: subject || userInfo().username });
}
