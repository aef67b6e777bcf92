/** A collector that keeps the services' spans: OTLP over HTTP, as JSON. */

export interface Span {
  readonly traceId: string;
  /** `POST /orders`, `send orders:order.created`. */
  readonly name: string;
  /** Milliseconds since 1970, to the millisecond. */
  readonly start: number;
  readonly attributes: ReadonlyMap<string, string>;
}

interface Export {
  readonly resourceSpans: readonly { readonly scopeSpans: readonly { readonly spans: readonly Sent[] }[] }[];
}

interface Sent {
  readonly traceId: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly attributes: readonly {
    readonly key: string;
    readonly value: { readonly stringValue?: string };
  }[];
}

const nanoseconds = 1_000_000;

/** @returns the environment that makes services send their spans here */
export function collectSpans() {
  // Read once the load has ended, which they would disturb.
  const received: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      received.push(await request.text());
      return Response.json({});
    },
  });
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}` },
    /** Ends it. */
    async spans(): Promise<Span[]> {
      await server.stop(true);
      return received.flatMap(spansOf);
    },
  };
}

function spansOf(text: string): Span[] {
  const sent: Export = JSON.parse(text);
  return sent.resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map(({ traceId, name, startTimeUnixNano, attributes }) => ({
        traceId,
        name,
        // The middle of its millisecond.
        start: Number(startTimeUnixNano) / nanoseconds + 0.5,
        attributes: new Map(attributes.map(({ key, value }) => [key, value.stringValue ?? ""])),
      })),
    ),
  );
}
