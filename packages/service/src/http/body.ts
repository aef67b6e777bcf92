import { badRequest, ProblemError } from "./problem.ts";

export interface BodyLimits {
  /** @default 1 MiB */
  readonly maxBodyBytes?: number;
  /** Milliseconds from the headers to the last byte. @default 30 000 */
  readonly bodyTimeout?: number;
}

const NOTHING = new Uint8Array(0);
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;

/**
 * Reads a JSON request body, whether its length was announced or not.
 * @throws ProblemError 413 when it is too large, 408 when it takes too long, 400 when the client leaves
 * half-way, 415 when there is one and it is not said to be JSON in UTF-8
 */
export async function readBody(request: Request, limits: BodyLimits): Promise<Uint8Array> {
  const { maxBodyBytes = 1024 * 1024, bodyTimeout = 30_000 } = limits;
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > maxBodyBytes) throw tooLarge(maxBodyBytes);

  const bytes = await within(bodyTimeout, () => {
    // The server ends a body at its announced length; only what comes in chunks has to be counted.
    if (announced !== null) return request.bytes();
    return request.body === null ? NOTHING : collect(request.body, maxBodyBytes);
  });
  if (bytes.length > 0) requireJson(request.headers);
  return bytes;
}

function requireJson(headers: Headers): void {
  const type = headers.get("content-type");
  const encoding = headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw unsupported(`Send the body without content-encoding, not as "${encoding}".`, {
      "accept-encoding": "identity",
    });
  }
  if (type === null || !JSON_TYPE.test(type)) {
    const got = type === null ? "without a content type" : `as "${type}"`;
    throw unsupported(`Send the body as application/json in UTF-8, not ${got}.`, {
      accept: "application/json",
    });
  }
}

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function within(
  milliseconds: number,
  read: () => Uint8Array | Promise<Uint8Array>,
): Promise<Uint8Array> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooSlow(milliseconds)), milliseconds);
  });
  try {
    return await Promise.race([read(), late]);
  } catch (cause) {
    if (cause instanceof ProblemError) throw cause;
    throw badRequest("incomplete-body", "The body is incomplete", "It ended early.", { cause });
  } finally {
    clearTimeout(timer);
  }
}

function tooLarge(maxBytes: number): ProblemError {
  const detail = `The body may have ${maxBytes} bytes at most.`;
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
