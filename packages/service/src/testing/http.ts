import assert from "node:assert/strict";
import { connect } from "node:net";
import { createLogger, type Logger } from "../log.ts";

/** A log that keeps its lines. */
export function memoryLog(): { log: Logger; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
  return { log: createLogger({ service: "sample", level: "debug", destination }), lines };
}

/** Each problem, whatever its cause, must look like this. @returns its document */
export async function expectProblem(response: Response, status: number, type: string) {
  const document = await response.json();
  assert.equal(response.status, status, JSON.stringify(document));
  assert.equal(response.headers.get("content-type"), "application/problem+json");
  assert.ok(response.headers.get("x-request-id"));
  assert.equal(document.type, `urn:problem:${type}`);
  assert.equal(document.status, status);
  assert.ok(document.title);
  return document;
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
