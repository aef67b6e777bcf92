import type { Caller } from "../access/caller.ts";
import type { Logger } from "../log.ts";
import { stopSignal } from "../runtime/runtime.ts";

export interface ServerSentEvent {
  /** Comes back as `Last-Event-ID` when the client reconnects. */
  readonly id?: string;
  readonly event?: string;
  /** Sent as JSON. */
  readonly data: unknown;
}

export interface EventStreamOptions {
  readonly request: Request;
  /**
   * Yields the events. The next one is requested only when the client has read the last, and the source is told to
   * return when the client leaves or the server stops; `signal` is aborted then, too. When it throws, that is logged and
   * the stream ends.
   */
  readonly source: (context: { readonly signal: AbortSignal }) => AsyncIterable<ServerSentEvent>;
  readonly log: Logger;
  /** The stream ends with the caller's token. */
  readonly caller: Pick<Caller, "validUntil">;
}

/** Milliseconds between the comments that keep a silent stream open. */
const heartbeat = 15_000;

/** Milliseconds after which the client should reconnect once the stream ends. */
const retry = 2000;

const encoder = new TextEncoder();

/**
 * Answers with server-sent events.
 * @example
 *   .get("/stream", ({ request, caller }) =>
 *     eventStream({ request, caller, log, source: ({ signal }) => tail(signal) }), …)
 */
export function eventStream(options: EventStreamOptions): Response {
  const { request, source, log, caller } = options;
  const left = new AbortController();
  const stop = stopSignal(request);
  const signal = stop ? AbortSignal.any([left.signal, stop]) : left.signal;
  const headers = {
    "content-type": "text/event-stream",
    // nginx would otherwise hold events back to fill its buffer.
    "x-accel-buffering": "no",
  };
  const events = source({ signal })[Symbol.asyncIterator]();
  const finish = () => Promise.resolve(events.return?.()).catch(failed);
  const failed = (err: unknown) => log.error({ err }, "event stream failed");
  if (request.method === "HEAD") {
    // Elysia would read the body to its end to determine its length, and this one does not end.
    void finish();
    return new Response(null, { headers });
  }
  let next: NextEvent | undefined;

  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        // Sent at once, so that the client knows that it is connected.
        controller.enqueue(encoder.encode(`retry: ${retry}\n\n`));
      },
      async pull(controller) {
        next ??= new NextEvent(events.next().catch((error) => void failed(error)));
        const validFor = caller.validUntil - Date.now();
        await next.wait(Math.max(0, Math.min(heartbeat, validFor)), signal);
        if (left.signal.aborted) return;
        if (Date.now() >= caller.validUntil) {
          controller.enqueue(encoder.encode(": the token has expired\n\n"));
          controller.close();
          left.abort();
          return void finish();
        }
        const { arrived, result } = next;
        if (!arrived && !signal.aborted) return controller.enqueue(encoder.encode(":\n\n"));
        next = undefined;
        if (result && !result.done) return controller.enqueue(encode(result.value));
        controller.close();
        void finish();
      },
      cancel() {
        left.abort();
        void finish();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers });
}

/**
 * An event that a source was asked for. A silent source keeps it pending over any number of heartbeats, so waiting must
 * not accumulate anything: `Promise.race` would add a reaction to the pending promise each time.
 */
class NextEvent {
  arrived = false;
  /** Undefined before it has arrived, and when the source failed. */
  result: IteratorResult<ServerSentEvent> | undefined;
  #wake = () => {};

  constructor(event: Promise<IteratorResult<ServerSentEvent> | undefined>) {
    void event.then((result) => {
      this.arrived = true;
      this.result = result;
      this.#wake();
    });
  }

  /** Resolves when it has arrived, `signal` is aborted, or after `milliseconds`. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    if (this.arrived || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      signal.addEventListener("abort", end, { once: true });
      this.#wake = end;
    });
  }
}

function encode({ id, event, data }: ServerSentEvent): Uint8Array {
  const fields = [
    ...(id === undefined ? [] : [`id: ${oneLine(id)}`]),
    ...(event === undefined ? [] : [`event: ${oneLine(event)}`]),
    // JSON has no line breaks of its own.
    `data: ${JSON.stringify(data)}`,
  ];
  return encoder.encode(`${fields.join("\n")}\n\n`);
}

/** A line break would end the field, and the rest would be read as another field. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\0]/g, " ");
}
