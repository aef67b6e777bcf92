/**
 * Requests and responses of `node:http` as those of fetch. Of the libraries for it, srvx and @hono/node-server make
 * bodies with `Readable.toWeb` (see below), and @remix-run/node-fetch-server knows no TRACE and no wrong Host; two
 * of the three send all responses in chunks.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** @throws TypeError when fetch has no such request */
export function requestOf(incoming: IncomingMessage, outgoing: ServerResponse): Request {
  const { method = "GET", rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index] ?? "", rawHeaders[index + 1] ?? "");
  }
  const left = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) left.abort();
  });
  const hasBody = headers.has("content-length") || headers.has("transfer-encoding");
  const request = new Request(urlOf(incoming), {
    // fetch refuses to make a TRACE.
    method: method === "TRACE" ? "OPTIONS" : method,
    headers,
    signal: left.signal,
    ...(hasBody && method !== "GET" && method !== "HEAD" && { body: bodyOf(incoming), duplex: "half" }),
  });
  return method === "TRACE" ? Object.defineProperty(request, "method", { value: method }) : request;
}

/** A Host that makes no URL is for the application to refuse: it is still among the headers. */
function urlOf({ url: target = "/", headers: { host = "localhost" } }: IncomingMessage): string {
  if (!target.startsWith("/")) return URL.canParse(target) ? target : `http://${host}/${target}`;
  const url = `http://${host}${target}`;
  return URL.canParse(url) ? url : `http://invalid${target}`;
}

/** Not `Readable.toWeb`: on Deno that throws where nobody can catch it when bytes come after it was cancelled. */
function bodyOf(incoming: IncomingMessage): ReadableStream<Uint8Array> {
  const chunks = incoming.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Resolves once all is handed over, or the client has left. @throws Error when the response's stream fails */
export async function send(response: Response, outgoing: ServerResponse): Promise<void> {
  const { body, status, headers } = response;
  if (outgoing.destroyed) {
    await body?.cancel();
    return;
  }
  const raw = [...headers].flat();
  if (body === null) {
    outgoing.writeHead(status, raw).end();
  } else if (grows(headers)) {
    outgoing.writeHead(status, raw);
    await pipeline(readableOf(body), outgoing).catch((error) => {
      // The client left; `body` was cancelled.
      if (error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    });
  } else {
    const bytes = await response.bytes();
    if (!headers.has("content-length")) raw.push("content-length", String(bytes.length));
    outgoing.writeHead(status, raw).end(bytes);
  }
}

function readableOf(body: ReadableStream<Uint8Array>): Readable {
  const reader = body.getReader();
  return new Readable({
    read() {
      reader.read().then(
        ({ done, value }) => this.push(done ? null : value),
        (error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      reader.cancel(error).then(() => callback(error), callback);
    },
  });
}

/** An answer that may take long asks whoever is in front not to hold it back; others are sent whole, with their length. */
function grows(headers: Headers): boolean {
  return headers.get("x-accel-buffering") === "no";
}
