import { pause } from "@rabbit-contract/messaging";
import { type Logger, Poll } from "@rabbit-contract/service";
import type { FlowState } from "../shapes.ts";
import { BrokerReader } from "./broker.ts";
import { watchedRoutes } from "./contract.ts";
import { ServiceReader } from "./service.ts";

export interface FlowOptions {
  readonly managementUrl: string;
  readonly virtualHost: string;
  /** URLs of the services' admin ports, by the service. */
  readonly services: ReadonlyMap<string, string>;
  readonly log: Logger;
}

/** Milliseconds between two readings, and between two events. */
const interval = 1_000;
/** Milliseconds without an answer after which a part counts as down; the page shows it at most two intervals later. */
const timeout = 1_500;

interface Source {
  read(): Promise<void>;
}

/** Reads once for all pages that watch, and not at all while none does. */
export class Flow {
  readonly #broker: BrokerReader;
  readonly #services: readonly ServiceReader[];
  readonly #polls: readonly Poll[];
  /** `performance.now()` when each source was read last. */
  readonly #read = new Map<Source, number>();
  #watchers = 0;

  constructor({ managementUrl, virtualHost, services, log }: FlowOptions) {
    this.#broker = new BrokerReader({ managementUrl, virtualHost, timeout });
    this.#services = [...services].map(([name, url]) => {
      const messages = watchedRoutes.filter(({ from }) => from === name).map(({ message }) => message);
      return new ServiceReader({ name, url, messages, timeout });
    });
    // Each separately, so that one that does not answer delays no other.
    this.#polls = [this.#broker, ...this.#services].map(
      (source) =>
        new Poll({
          interval,
          pauseAfterFailure: interval,
          needed: () => this.#watchers > 0,
          run: async () => {
            await source.read();
            this.#read.set(source, performance.now());
          },
          log,
          failure: "the flow could not be read",
        }),
    );
  }

  /** The state at once, then every second, until `signal` is aborted. */
  async *watch(signal: AbortSignal): AsyncGenerator<FlowState, void> {
    const started = performance.now();
    this.#watchers++;
    try {
      for (const poll of this.#polls) poll.schedule(0);
      while (!signal.aborted && !this.#isFresh(started)) await pause(20, signal);
      while (!signal.aborted) {
        yield this.#state();
        await pause(interval, signal);
      }
    } finally {
      this.#watchers--;
    }
  }

  /** The last reading may be old if no page was watching. */
  #isFresh(started: number): boolean {
    const oldest = started - 2 * interval;
    return [this.#broker, ...this.#services].every(
      (source) => (this.#read.get(source) ?? Number.NEGATIVE_INFINITY) > oldest,
    );
  }

  #state(): FlowState {
    return {
      at: new Date().toISOString(),
      broker: this.#broker.broker,
      services: this.#services.map(({ flow }) => flow),
      queues: this.#broker.queues,
      routes: watchedRoutes.map(({ from, message, exchange, routingKey, to }) => {
        const service = this.#services.find(({ name }) => name === from);
        return {
          from,
          message,
          exchange,
          routingKey,
          to,
          perSecond: service?.publishedPerSecond(message) ?? null,
        };
      }),
    };
  }
}
