import assert from "node:assert/strict";

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, if it is JSON. */
  readonly body: Body;
}

type Call<Body> = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<Body>>;

/**
 * Calls the server at `url`. A string body is sent as it is, anything else as JSON.
 * @param authorization the header of the caller, which those of a call override
 */
export function callsTo<Body>(url: string, authorization: () => Promise<Record<string, string>>): Call<Body> {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(await authorization()),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

interface Problem {
  readonly type?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
}

/** Asserts that the answer is this problem, with errors at exactly these pointers. */
export function assertProblem(
  { status, headers, body }: Answer<Problem>,
  expected: number,
  type: string,
  pointers?: readonly string[],
): void {
  assert.deepEqual([status, body.type], [expected, `urn:problem:${type}`], JSON.stringify(body));
  assert.equal(headers.get("content-type"), "application/problem+json");
  if (pointers === undefined) return;
  assert.deepEqual([...new Set(body.errors?.map(({ pointer }) => pointer))].sort(), [...pointers].sort());
  for (const { detail } of body.errors ?? []) assert.ok(detail);
}
