import { waitFor } from "@rabbit-contract/messaging/testing";

/** A REST call that was answered with an error. */
export class RestError extends Error {
  override readonly name = "RestError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Calls a service with JSON. @throws RestError with the problem that the service reported */
export type Rest = <T = unknown>(method: string, url: string, body?: object) => Promise<T>;

/** Calls services as any client would that bears this token. */
export function restWith(token: string): Rest {
  const authorization = `Bearer ${token}`;
  return (method, url, body) =>
    rest(url, {
      method,
      headers: { authorization, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
}

async function rest<T>(url: string, init: RequestInit & { readonly method: string }): Promise<T> {
  const { method } = init;
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) });
  const text = await response.text();
  if (!response.ok)
    throw new RestError(response.status, `${method} ${url} was answered ${response.status}: ${text}`);
  return JSON.parse(text === "" ? "null" : text);
}

/**
 * Repeats a call while it is answered 422: the order service learns of new products by message, so that one made a
 * moment ago may still be unknown to it.
 */
export function untilKnown<T>(call: () => Promise<T>): Promise<T> {
  return waitFor(
    async () => {
      try {
        return { answer: await call() };
      } catch (error) {
        if (error instanceof RestError && error.status === 422) throw error;
        return { failure: error };
      }
    },
    { what: "the order service to know the products" },
  ).then((result) => {
    if ("failure" in result) throw result.failure;
    return result.answer;
  });
}
