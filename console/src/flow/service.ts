import type { ServiceFlow, ServiceStatus } from "../shapes.ts";
import { Rates } from "./rate.ts";
import { askReplica, type ReplicaAnswer, replicasAt } from "./replica.ts";
import { Status } from "./status.ts";

export interface ServiceOptions {
  readonly name: string;
  /** Of its admin port. */
  readonly url: string;
  /** The types of the messages that it publishes. */
  readonly messages: readonly string[];
  /** Milliseconds after which a process that does not answer counts as down. */
  readonly timeout: number;
}

/** The best first. */
const statuses: readonly ServiceStatus[] = ["ready", "degraded", "not-ready", "down"];

/** All processes of one service. */
export class ServiceReader {
  readonly name: string;
  readonly #options: ServiceOptions;
  readonly #status = new Status<ServiceStatus>("down");
  /** Of each process that answers, by its address. */
  #published: ReadonlyMap<string, Rates> = new Map();
  #answers: readonly ReplicaAnswer[] = [];
  #causes: readonly string[] = [];

  constructor(options: ServiceOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** Never rejects: errors are part of the state. */
  async read(): Promise<void> {
    const { url, timeout } = this.#options;
    const published = new Map<string, Rates>();
    const asked = await replicasAt(url).then(
      (urls) => Promise.allSettled(urls.map((one) => this.#ask(one, published))),
      (reason: unknown) => [{ status: "rejected", reason }] as const,
    );
    this.#published = published;
    this.#answers = asked.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    const failures = asked.flatMap((one) =>
      one.status === "rejected" ? [reasonOf(one.reason, timeout)] : [],
    );
    this.#causes = [...new Set([...this.#answers.flatMap(({ causes }) => causes), ...failures])];
    const best = statuses.find((status) => this.#answers.some((one) => one.status === status));
    this.#status.set(best ?? "down");
  }

  async #ask(url: string, published: Map<string, Rates>): Promise<ReplicaAnswer> {
    const { timeout, messages } = this.#options;
    const answer = await askReplica(url, timeout);
    const at = performance.now();
    const rates = this.#published.get(url) ?? new Rates();
    published.set(url, rates);
    // A message that was never published has no counter yet.
    for (const message of messages) rates.read(message, answer.published.get(message) ?? 0, at);
    return answer;
  }

  /** Confirmed publications of a message, of all processes; null while there are no two readings. */
  publishedPerSecond(message: string): number | null {
    const rates = [...this.#published.values()].flatMap((one) => one.perSecond(message) ?? []);
    return rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate);
  }

  get flow(): ServiceFlow {
    const ready = this.#answers.filter(({ status }) => status === "ready" || status === "degraded");
    return {
      name: this.name,
      status: this.#status.value,
      since: this.#status.since,
      causes: this.#causes,
      replicas: this.#answers.length,
      readyReplicas: ready.length,
      // All replicas report the same database.
      outbox: this.#answers.find(({ outbox }) => outbox !== undefined)?.outbox ?? null,
    };
  }
}

function reasonOf(error: unknown, timeout: number): string {
  if (error instanceof Error && error.name === "TimeoutError") return `no response within ${timeout} ms`;
  return "no process responds";
}
