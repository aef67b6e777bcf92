/** REST calls that survive an outage: they are repeated, with the same idempotency key, until they are answered. */
import { pause } from "@rabbit-contract/messaging";
import type { TokenRequest } from "@rabbit-contract/service/testing";
import type { ServiceName } from "../names.ts";

export type IssueToken = (request: TokenRequest) => Promise<string>;

export interface Caller {
  readonly roles: readonly string[];
  readonly subject: string;
}

interface Call {
  readonly method?: "GET" | "POST";
  readonly as: Caller;
  readonly body?: object;
  readonly idempotencyKey?: string;
  /** Further statuses to retry on, in addition to those of an outage. */
  readonly retryOn?: readonly number[];
}

export interface RestOptions {
  readonly issueToken: IssueToken;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Aborted when the run ends. */
  readonly signal: AbortSignal;
  /** A call is repeated because of an outage: this one. */
  readonly retried: (reason: string) => void;
}

/** Milliseconds for an answer, and until the next attempt. */
const patience = 5_000;
const pauseAfterFailure = 300;

export class PersistentRest {
  readonly #options: RestOptions;
  readonly #tokens = new Map<string, Promise<string>>();

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** @throws Error when it is refused, or the run ends */
  async call<Body>(service: ServiceName, path: string, call: Call): Promise<Body> {
    const { signal, retried } = this.#options;
    for (;;) {
      signal.throwIfAborted();
      const { answer, trouble } = await this.#attempt(service, path, call);
      if (answer?.ok) return answer.json();
      const isExpected = answer !== undefined && call.retryOn?.includes(answer.status) === true;
      if (answer && !isOutage(answer.status) && !isExpected)
        throw new Error(
          `${call.method ?? "GET"} ${path} of ${service} was answered ${answer.status}: ${await answer.text()}`,
        );
      if (!isExpected) retried(trouble);
      await pause(pauseAfterFailure, signal);
    }
  }

  async list<Item>(service: ServiceName, path: string, as: Caller): Promise<Item[]> {
    const items: Item[] = [];
    let after = "";
    do {
      const url = `${path}${path.includes("?") ? "&" : "?"}limit=100${after}`;
      const page = await this.call<{ items: Item[]; next: string | null }>(service, url, { as });
      items.push(...page.items);
      after = page.next === null ? "" : `&after=${encodeURIComponent(page.next)}`;
    } while (after !== "");
    return items;
  }

  async #attempt(service: ServiceName, path: string, { method = "GET", as, body, idempotencyKey }: Call) {
    const key = `${as.roles} ${as.subject}`;
    const token = this.#tokens.get(key) ?? this.#options.issueToken(as);
    this.#tokens.set(key, token);
    try {
      const answer = await fetch(this.#options.urls[service] + path, {
        method,
        headers: {
          authorization: `Bearer ${await token}`,
          ...(body && { "content-type": "application/json" }),
          ...(idempotencyKey !== undefined && { "idempotency-key": idempotencyKey }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.#options.signal, AbortSignal.timeout(patience)]),
      });
      return { answer, trouble: `${service} responds with status ${answer.status}` };
    } catch {
      // Whatever the reason, the service does not answer, and the call is repeated.
      return { answer: undefined, trouble: `${service} does not respond` };
    }
  }
}

function isOutage(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}
