import assert from "node:assert/strict";
import { connect } from "node:net";
import { createLogger, type Logger } from "../log.ts";

/** A log that keeps its lines. */
export function memoryLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { log: createLogger({ service: "sample", level: "debug", destination }), lines };
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed, if it is JSON. */
  readonly body: Body;
}

type Call<Result> = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Result>;
type Authorization = () => Promise<Record<string, string>>;

/**
 * Calls the server at `url`. A string body is sent as it is, anything else as JSON.
 * @param authorization the header of the caller, which those of a call override
 */
export function requestsTo(url: string, authorization: Authorization): Call<Response> {
  return async (method, path, body, headers = {}) =>
    fetch(url + path, {
      method,
      headers: {
        ...(await authorization()),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(40_000),
    });
}

/** Like `requestsTo`, with the answer read. */
export function callsTo<Body>(url: string, authorization: Authorization): Call<Answer<Body>> {
  const request = requestsTo(url, authorization);
  return async (...call) => {
    const response = await request(...call);
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}

/** A problem document, as far as tests read it. */
interface Problem {
  readonly type?: string;
  readonly title?: unknown;
  readonly status?: unknown;
  readonly errors?: readonly { readonly pointer?: string; readonly detail: string }[];
}

/** Each problem, whatever its cause, must look like this. @param pointers exactly those of its errors */
export function assertProblem(
  { status, headers, body }: Answer<Problem>,
  expected: number,
  type: string,
  pointers?: readonly string[],
): void {
  const document = [status, body.status, body.type];
  assert.deepEqual(document, [expected, expected, `urn:problem:${type}`], JSON.stringify(body));
  assert.equal(headers.get("content-type"), "application/problem+json");
  assert.ok(headers.get("x-request-id"));
  assert.ok(body.title);
  for (const { detail } of body.errors ?? []) assert.ok(detail);
  if (pointers === undefined) return;
  assert.deepEqual([...new Set(body.errors?.map(({ pointer }) => pointer))].sort(), [...pointers].sort());
}

/** The same for a response that is not read yet. @returns its document */
export async function expectProblem(response: Response, status: number, type: string) {
  const body = await response.json();
  assertProblem({ status: response.status, headers: response.headers, body }, status, type);
  return body;
}

export interface RawResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends bytes that no client library would, and reads the first response. `pieces` are written one after
 * the other; rejects when the connection ends without a response.
 */
export function exchange(port: number, ...pieces: (string | Uint8Array)[]): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    let received = "";
    const finish = () => {
      socket.destroy();
      const response = parse(received);
      if (response === undefined) reject(new Error(`no response, only ${JSON.stringify(received)}`));
      else resolve(response);
    };
    socket.setEncoding("utf8");
    socket.on("data", (data) => {
      received += data;
      if (parse(received) !== undefined) finish();
    });
    socket.on("close", finish);
    // A server may answer and close while the rest of a body is still being written.
    socket.on("error", () => {});
    for (const piece of pieces) socket.write(piece);
  });
}

/** Undefined until the response is complete. */
function parse(text: string): RawResponse | undefined {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return undefined;
  const [statusLine = "", ...lines] = text.slice(0, end).split("\r\n");
  const status = Number(statusLine.split(" ")[1]);
  const headers = Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.indexOf(":")).toLowerCase(),
      line.slice(line.indexOf(":") + 1).trim(),
    ]),
  );
  const body = text.slice(end + 4);
  if (status === 100) return parse(body);
  return Buffer.byteLength(body) >= Number(headers["content-length"] ?? 0)
    ? { status, headers, body }
    : undefined;
}

/** One chunk of a chunked body; without text, its end. */
export function chunk(text = ""): string {
  return `${text.length.toString(16)}\r\n${text}\r\n`;
}
