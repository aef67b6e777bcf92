/** Server-sent events with the person's token, which EventSource cannot send. */
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { authorization } from "../session/session.ts";
import { CallError } from "./problem.ts";
import { readText, request } from "./request.ts";

export interface Connection {
  /** `lost`: it is tried again; `refused`: that would not help. */
  readonly status: "connecting" | "live" | "lost" | "refused";
  /** Why it was lost or refused. */
  readonly error?: unknown;
}

interface Options {
  readonly path: string;
  readonly onEvent: (event: EventSourceMessage) => void;
  readonly onStatus: (connection: Connection) => void;
}

/** Milliseconds between attempts to reconnect. */
const pauses = [500, 1_000, 2_000, 5_000];
/** Milliseconds without a byte after which a connection counts as lost; servers send something every 15 s. */
const silence = 40_000;

/**
 * Connects, and reconnects whenever the stream ends, unless the request is refused. Has no connection while the page is hidden: a browser opens six to
 * a server for all of its tabs, and a few tabs in the background would leave none for other calls.
 * @returns a function that ends it
 */
export function followEvents({ path, onEvent, onStatus }: Options): () => void {
  let ended = new AbortController();
  let lastEventId: string | undefined;
  let failures = 0;

  async function connect(signal: AbortSignal): Promise<void> {
    if (failures === 0) onStatus({ status: "connecting" });
    const silent = new AbortController();
    let timer = setTimeout(() => silent.abort(), silence);
    const response = await request(path, {
      headers: {
        accept: "text/event-stream",
        ...authorization(),
        ...(lastEventId !== undefined && { "last-event-id": lastEventId }),
      },
      signal: AbortSignal.any([signal, silent.signal]),
    });
    failures = 0;
    onStatus({ status: "live" });
    const parser = createParser({
      onEvent(event) {
        if (event.id !== undefined) lastEventId = event.id;
        onEvent(event);
      },
    });
    try {
      await readText(response, (text) => {
        clearTimeout(timer);
        timer = setTimeout(() => silent.abort(), silence);
        parser.feed(text);
      });
    } finally {
      clearTimeout(timer);
    }
  }

  async function follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await connect(signal);
        failures = Math.max(failures, 1);
        onStatus({ status: "lost" });
      } catch (error) {
        if (signal.aborted) return;
        const isFinal = error instanceof CallError && error.isFinal;
        onStatus({ status: isFinal ? "refused" : "lost", error });
        if (isFinal) return;
        failures += 1;
      }
      const pause = pauses[Math.min(failures, pauses.length) - 1] ?? 5_000;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  function look(): void {
    ended.abort();
    if (document.hidden) return;
    ended = new AbortController();
    void follow(ended.signal);
  }
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    document.removeEventListener("visibilitychange", look);
    ended.abort();
  };
}
