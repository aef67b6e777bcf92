/** Rate and concurrency limits per client. They can be shared with other processes. */
import { ProblemError } from "../http/problem.ts";

export interface ClientLimitOptions {
  /** Requests per second, with bursts of five seconds' worth. */
  readonly rate: number;
  /** Concurrent requests. @default unlimited */
  readonly concurrency?: number;
  /** Maximum number of tracked clients; the one known longest is forgotten and starts over. */
  readonly clients: number;
  /** Called when a client has made enough requests that other processes should know. @default nothing is shared */
  readonly report?: Report | undefined;
}

/** @param urgent the client has spent a second's worth since the last report */
export type Report = (limits: ClientLimits, client: Client, urgent: boolean) => void;

export interface Client {
  readonly key: string;
  /**
   * `performance.now()` at which its requests so far would be done at its rate: a token bucket in one
   * number (the generic cell rate algorithm).
   */
  paidUntil: number;
  /** Requests in progress. */
  running: number;
  /** Requests that were not reported to other processes yet. */
  untold: number;
}

/** Burst, in milliseconds' worth of requests. */
const burst = 5_000;
/** Share of a second's requests: a client that makes fewer between two reports is not reported. */
const notable = 0.05;

export class ClientLimits {
  readonly #clients = new Map<string, Client>();
  readonly #options: ClientLimitOptions;
  /** Milliseconds that a request costs. */
  readonly #cost: number;
  /** Unreported requests at which a client is reported. */
  readonly #notable: number;

  constructor(options: ClientLimitOptions) {
    this.#options = options;
    this.#cost = 1000 / options.rate;
    this.#notable = options.report ? Math.ceil(options.rate * notable) : Number.POSITIVE_INFINITY;
  }

  /** Counts a request of `key`, in progress until `running` is lowered. @throws ProblemError 429 */
  enter(key: string): Client {
    const client = this.#client(key);
    if (client.running >= (this.#options.concurrency ?? Infinity)) throw tooMany("at once", 1);
    this.#pay(client);
    client.running++;
    return client;
  }

  /** Counts a request that is already over. @throws ProblemError 429 */
  count(key: string): void {
    this.#pay(this.#client(key));
  }

  /** @throws ProblemError 429 if `key` is over its limit */
  require(key: string): void {
    const client = this.#clients.get(key);
    if (client !== undefined) this.#requireCredit(client, performance.now());
  }

  /** What a client has spent since the last call, in milliseconds' worth of requests. */
  takeSpent(client: Client): number {
    const spent = client.untold * this.#cost;
    client.untold = 0;
    return spent;
  }

  /**
   * Milliseconds until everything that a client has spent in any process, without unreported requests, would be done at
   * its rate.
   */
  learn(client: Client, owed: number): void {
    client.paidUntil = Math.max(client.paidUntil, performance.now() + owed + client.untold * this.#cost);
  }

  #pay(client: Client): void {
    const now = performance.now();
    this.#requireCredit(client, now);
    client.paidUntil = Math.max(client.paidUntil, now) + this.#cost;
    if (++client.untold >= this.#notable) this.#report(client);
  }

  #report(client: Client): void {
    const { report, rate } = this.#options;
    // Not for each request: most change nothing.
    if (client.untold === this.#notable || client.untold === rate)
      report?.(this, client, client.untold >= rate);
  }

  #requireCredit({ paidUntil }: Client, now: number): void {
    const wait = paidUntil + this.#cost - now - burst;
    if (wait > 0) throw tooMany("in a short time", Math.ceil(wait / 1000));
  }

  #client(key: string): Client {
    const known = this.#clients.get(key);
    if (known !== undefined) return known;
    if (this.#clients.size >= this.#options.clients) {
      const [oldest = ""] = this.#clients.keys();
      this.#clients.delete(oldest);
    }
    const client = { key, paidUntil: 0, running: 0, untold: 0 };
    this.#clients.set(key, client);
    return client;
  }
}

/** @param retryAfter in seconds */
function tooMany(how: string, retryAfter: number): ProblemError {
  const title = "Too many requests";
  const detail = `You have sent too many requests ${how}. Nothing was done; try again in ${retryAfter} s.`;
  const headers = { "retry-after": String(retryAfter) };
  return new ProblemError({ status: 429, name: "too-many-requests", title, detail, headers });
}
