/** Everything that differs between Bun and Deno. Nothing else in the services asks which one it runs on. */
import { finishesWithin } from "@rabbit-contract/messaging";
import type { Logger } from "../log.ts";

export interface ServeOptions {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  /** 0 takes a free one. */
  readonly port: number;
  readonly hostname: string;
  /** Milliseconds after which Bun closes a silent connection, rounded up to whole seconds. @default 60 000 */
  readonly idleTimeout?: number;
}

export interface Server {
  /** Without a slash at its end. */
  readonly url: string;
  readonly port: number;
  /** Still serves, but `isDraining` is true for every request from now on, and for those in progress. */
  drain(): void;
  /** Ends event streams and other long responses; still serves. */
  interrupt(): void;
  /**
   * Stops accepting at once, ends event streams and lets requests in progress finish for up to `within` milliseconds,
   * then closes their connections. Never rejects; safe to call twice.
   * @default within 10 000
   */
  stop(options?: { within?: number }): Promise<void>;
}

/** What the two servers have in common, once started. */
interface Listener {
  readonly port: number;
  /** Stops accepting; resolves once no request is in progress. */
  close(): Promise<unknown>;
  /** Ends what is left. */
  cut(): void;
  addressOf(request: Request): string | undefined;
}

interface BunServer {
  readonly port?: number | undefined;
  /** Requests whose response is not completely sent. */
  readonly pendingRequests: number;
  requestIP(request: Request): { readonly address: string } | null;
  stop(closeActiveConnections?: boolean): Promise<void>;
}

interface DenoServer {
  readonly addr: { readonly port: number };
  readonly finished: Promise<void>;
  /** Stops accepting, and resolves once no request is in progress. */
  shutdown(): Promise<void>;
}

interface Runtimes {
  readonly Bun?: {
    readonly version: string;
    serve(options: object): BunServer;
  };
  readonly Deno?: {
    readonly version: { readonly deno: string };
    serve(
      options: object,
      handler: (request: Request, info: { readonly remoteAddr: { readonly hostname: string } }) => unknown,
    ): DenoServer;
  };
}

const { Bun, Deno }: Runtimes = globalThis;

/** For logs, e.g. "bun 1.4.5". */
export const runtimeName = Bun ? `bun ${Bun.version}` : `deno ${Deno?.version.deno}`;

/** Longer than the pause between two heartbeats of an event stream, and than a request may wait for a result. */
const IDLE_TIMEOUT = 60_000;

interface ServerState {
  readonly stop: AbortController;
  /** Once it listens. */
  listener?: Listener;
  draining: boolean;
}

const servers = new WeakMap<Request, ServerState>();
/** The address that the connection of `request` comes from; "" when it is unknown. */
export function addressOf(request: Request): string {
  return servers.get(request)?.listener?.addressOf(request) ?? "";
}

/** Aborted once the server of `request` is interrupted or stops: long responses must then end. */
export function stopSignal(request: Request): AbortSignal | undefined {
  return servers.get(request)?.stop.signal;
}

/** True once the server of `request` is about to stop: clients should use another one. */
export function isDraining(request: Request): boolean {
  return servers.get(request)?.draining === true;
}

/** @throws Error when the port is taken or not allowed */
export async function serve(options: ServeOptions): Promise<Server> {
  const { fetch, port, hostname, idleTimeout = IDLE_TIMEOUT } = options;
  const state: ServerState = { stop: new AbortController(), draining: false };
  const handle = (request: Request) => {
    servers.set(request, state);
    return fetch(request);
  };
  let listener: Listener;
  try {
    listener = await listen({ fetch: handle, port, hostname, idleTimeout });
    state.listener = listener;
  } catch (cause) {
    throw new Error(`cannot listen on ${hostname}:${port}: ${cause}; free the port or choose another`, {
      cause,
    });
  }
  let stopped: Promise<void> | undefined;
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  return {
    url: `http://${host}:${listener.port}`,
    port: listener.port,
    drain() {
      state.draining = true;
    },
    interrupt() {
      state.stop.abort();
    },
    stop({ within = 10_000 } = {}) {
      stopped ??= (async () => {
        const closed = listener.close();
        state.draining = true;
        state.stop.abort();
        if (!(await finishesWithin(within, closed))) listener.cut();
      })();
      return stopped;
    },
  };
}

async function listen({ idleTimeout, ...options }: Required<ServeOptions>): Promise<Listener> {
  if (Bun) {
    const idle = { idleTimeout: Math.ceil(idleTimeout / 1000) };
    // Bodies are limited where they are read, with a problem document as the response.
    const limits = { ...idle, maxRequestBodySize: Number.MAX_SAFE_INTEGER };
    // Explicit: outside development, Bun would share the port with a program that already has it.
    const exclusive = { development: false, reusePort: false };
    const originals = new WeakMap<Request, Request>();
    const fetch = (given: Request) => {
      const request = withHost(given, options.hostname);
      originals.set(request, given);
      return options.fetch(request);
    };
    const server = Bun.serve({ ...options, ...limits, ...exclusive, fetch });
    return bunListener(server, options.port, (request) => originals.get(request) ?? request);
  }
  return denoListener(options);
}

/** HTTP/1.0 has no Host header, and Bun then gives only the path as URL: old load balancers probe like that. */
function withHost(request: Request, hostname: string): Request {
  return request.url.startsWith("/") ? new Request(`http://${hostname}${request.url}`, request) : request;
}

/** Deno.serve has no timeouts for slow or silent clients: a reverse proxy must handle these. */
function denoListener({
  fetch,
  port,
  hostname,
}: Pick<ServeOptions, "fetch" | "port" | "hostname">): Listener {
  if (!Deno) throw new Error("this runtime is neither Bun nor Deno");
  const addresses = new WeakMap<Request, string>();
  const cutting = new AbortController();
  const options = { port, hostname, signal: cutting.signal, onListen() {} };
  const server = Deno.serve(options, (request, { remoteAddr }) => {
    addresses.set(request, remoteAddr.hostname);
    return fetch(request);
  });
  return {
    port: server.addr.port,
    close: () => server.shutdown(),
    cut: () => cutting.abort(),
    addressOf: (request) => addresses.get(request),
  };
}

/**
 * Bun's own graceful stop waits for every connection that is not idle, including one whose request was answered before
 * its body arrived, even when the client has finished with it. Only requests matter.
 */
function bunListener(server: BunServer, port: number, originalOf: (request: Request) => Request): Listener {
  let cut = false;
  return {
    port: server.port ?? port,
    async close() {
      void server.stop();
      while (!cut && server.pendingRequests > 0) await new Promise((resolve) => setTimeout(resolve, 10));
      await server.stop(true);
    },
    cut() {
      cut = true;
    },
    addressOf: (request) => server.requestIP(originalOf(request))?.address,
  };
}

/**
 * Runs `stop` once on SIGTERM or SIGINT, then exits: with 0, or with 1 when it fails. A second signal exits
 * at once.
 */
export function onSignal(stop: (signal: string) => Promise<void>, log: Pick<Logger, "fatal">): void {
  let signalled = false;
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (signalled) process.exit(1);
      signalled = true;
      stop(signal).then(
        () => process.exit(0),
        (error) => {
          log.fatal({ err: error, signal }, "stopping failed");
          process.exit(1);
        },
      );
    });
  }
}

/**
 * Logs an uncaught error like every other line, and exits with 1: the state of the process is unknown, and the next one
 * continues from what is committed. Without this, the runtime would print the error unredacted.
 */
export function onCrash(log: Pick<Logger, "fatal">): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    process.on(event, (error: unknown) => {
      log.fatal(
        { err: error instanceof Error ? error : new Error(String(error)) },
        `the process ends: ${event}`,
      );
      process.exit(1);
    });
  }
}
