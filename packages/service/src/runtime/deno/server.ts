/**
 * The server on Deno: its `node:http`. `Deno.serve` would answer GET /health/live 2.3 times as often a second (20 µs of
 * processor time each instead of 48), but waits for slow headers and silent connections for ever, and has no option
 * for it.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { requestOf, send } from "./fetch.ts";
import { Unanswered } from "./unanswered.ts";

export interface DenoServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  readonly port: number;
  readonly hostname: string;
  /** Milliseconds that a connection may be silent. */
  readonly idleTimeout: number;
}

/** Milliseconds that a client has for the headers of a request; Bun gives it about as many. */
const HEADERS_TIMEOUT = 10_000;

/** Rejects when the port is taken or not allowed. */
export async function serveOnDeno({ fetch, port, hostname, idleTimeout }: DenoServeOptions) {
  const addresses = new WeakMap<Request, string | undefined>();
  const unanswered = new Unanswered();

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const request = requestOf(incoming, outgoing);
      addresses.set(request, incoming.socket.remoteAddress);
      await send(await fetch(request), outgoing);
    } catch (error) {
      // The application answers its errors itself: this is one of the adapter's, or of a stream.
      console.error("a request failed:", error);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500).end();
    }
  }

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT,
      keepAliveTimeout: idleTimeout,
      // To the last byte; must not be less than that of the headers. Bodies have a limit of their own before.
      requestTimeout: Math.max(idleTimeout, HEADERS_TIMEOUT),
      connectionsCheckingInterval: 1000,
    },
    (incoming, outgoing) => {
      unanswered.add(incoming.socket, outgoing);
      outgoing.once("finish", () => {
        if (!incoming.complete) readOn(incoming, idleTimeout);
      });
      void answer(incoming, outgoing);
    },
  );
  server.setTimeout(idleTimeout);
  server.listen({ port, host: hostname });
  await once(server, "listening");
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async close(): Promise<void> {
      server.close();
      await unanswered.none();
      // What is left are connections without a request.
      server.closeAllConnections();
    },
    cut: () => server.closeAllConnections(),
    addressOf: (request: Request) => addresses.get(request),
  };
}

/**
 * Reads the rest of a body whose request is answered, for it would be in the way of the connection's next request: Deno
 * does not, unlike Node, and nor does a timeout of its server hold any more.
 */
function readOn(incoming: IncomingMessage, within: number): void {
  const timer = setTimeout(() => incoming.socket.destroy(), within);
  incoming.once("close", () => clearTimeout(timer));
  incoming.resume();
}
