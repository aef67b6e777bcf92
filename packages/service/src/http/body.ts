/** Reads JSON bodies, in place of Elysia's parser, which has no limits and accepts any content type. */
import { finishesWithin } from "@rabbit-contract/messaging";
import { findHarmful, mayBeHarmful } from "./harm.ts";
import { badRequest, invalidInput, ProblemError } from "./problem.ts";
import { repeatedKey } from "./repeated-key.ts";

const MAX_BYTES = 1024 * 1024;
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/gi;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The value of a JSON body; null when it is empty.
 * @param timeout milliseconds from the headers to the last byte
 * @throws ProblemError 413 when it has more than 1 MiB, 408 when it takes too long, 415 when it is not declared as JSON in
 *   UTF-8, 400 when it is not JSON, has a duplicate key in an object, or the client disconnects halfway, 422 when it contains what a database refuses
 */
export async function readJson(request: Request, timeout: number): Promise<unknown> {
  const bytes = await readBytes(request, timeout);
  if (bytes.length === 0) return null;
  requireJson(request.headers);
  let value: unknown;
  let text: string;
  try {
    text = utf8.decode(bytes);
    value = JSON.parse(text);
  } catch (cause) {
    // The runtime's message: it quotes the position, and nothing but the client's own text.
    const detail = cause instanceof SyntaxError ? cause.message : "It is not UTF-8.";
    throw badRequest("invalid-json", "The body is not JSON", detail, { cause });
  }
  const twice = repeatedKey(text, value);
  if (twice !== undefined) {
    const detail = `An object has the key ${quoteKey(twice)} more than once, so it is unclear which value is meant.`;
    throw badRequest("duplicate-key", "The body has a key twice", detail);
  }
  const harmful = mayBeHarmful(text) ? findHarmful(value) : [];
  if (harmful.length > 0) throw invalidInput(harmful);
  return value;
}

/**
 * @param timeout milliseconds from the headers to the last byte
 * @throws ProblemError 413 when it has more than 1 MiB, 408 when it takes too long, 400 when the client disconnects
 * halfway
 */
export async function readBytes(request: Request, timeout: number): Promise<Uint8Array<ArrayBuffer>> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > MAX_BYTES) throw tooLarge();
  // The server ends a body at its announced length; only chunked bodies have to be counted.
  const reading = announced === null ? collect(request.body) : request.bytes();
  if (!(await finishesWithin(timeout, reading))) throw tooSlow(timeout);
  try {
    return await reading;
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw badRequest("incomplete-body", "The body is incomplete", "It ended early.", { cause });
  }
}

function requireJson(headers: Headers): void {
  const type = headers.get("content-type");
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw unsupported(`Send the body without content-encoding, not as "${encoding}".`, {
      "accept-encoding": "identity",
    });
  }
  if (type === null || !isUtf8Json(type)) {
    const got = type === null ? "without a content type" : `as "${type}"`;
    throw unsupported(`Send the body as application/json in UTF-8, not ${got}.`, {
      accept: "application/json",
    });
  }
}

/** Parameters other than the charset are legal, and do not change how the body is read. */
function isUtf8Json(type: string): boolean {
  return (
    JSON_TYPE.test(type) && [...type.matchAll(CHARSET)].every(([, name]) => /^utf-?8$/i.test(name ?? ""))
  );
}

function quoteKey(key: string): string {
  return JSON.stringify(key.length > 40 ? `${key.slice(0, 40)}…` : key);
}

async function collect(body: ReadableStream<Uint8Array> | null): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > MAX_BYTES) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(): ProblemError {
  const detail = `The body may have ${MAX_BYTES} bytes at most.`;
  return new ProblemError({ status: 413, name: "body-too-large", title: "The body is too large", detail });
}

function tooSlow(milliseconds: number): ProblemError {
  const detail = `The body must arrive within ${milliseconds / 1000} seconds.`;
  return new ProblemError({ status: 408, name: "body-too-slow", title: "The body is too slow", detail });
}

function unsupported(detail: string, headers: Record<string, string>): ProblemError {
  const title = "Unsupported media type";
  return new ProblemError({ status: 415, name: "unsupported-media-type", title, detail, headers });
}
