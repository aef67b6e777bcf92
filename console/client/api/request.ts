/** Calls with `fetch`, and the body of a response as it arrives. */
import { signOut } from "../session/session.ts";
import { type CallError, callError } from "./problem.ts";

/** @returns a successful response. @throws CallError when the call was refused or not answered */
export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(path, init).catch((cause: unknown) => {
    if (init.signal?.aborted) throw cause;
    throw callError(0, undefined);
  });
  if (!response.ok) throw refusal(response.status, await response.text());
  return response;
}

/** Signs out if the token is no longer accepted. */
export function refusal(status: number, body: unknown): CallError {
  if (status === 401) signOut("Your sign-in has expired.");
  return callError(status, body);
}

/** Passes on the body as it arrives. Uses a reader, because not every browser can iterate over a stream. */
export async function readText({ body }: Response, onText: (text: string) => void): Promise<void> {
  if (body === null) return;
  const reader = body.getReader();
  const decoder = new TextDecoder();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    onText(decoder.decode(next.value, { stream: true }));
}
