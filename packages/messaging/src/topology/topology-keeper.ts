import type { ChannelModel } from "amqplib";
import type { Connection } from "../connection/connection.ts";
import { atMostEvery, type Log, logInterval } from "../log.ts";
import type { QueueStatus } from "../observer.ts";
import { pause } from "../timing.ts";
import { type Declared, declareTopology } from "./declare.ts";
import type { PublishedRoute, ServiceTopology } from "./topology.ts";

export interface TopologyKeeperOptions {
  readonly topology: ServiceTopology;
  /** Milliseconds between two declarations. */
  readonly interval: number;
  readonly log: Log;
  /** Receives the status of the service's own queues, which declaring them returns at no extra cost. */
  readonly onDeclared?: (statuses: readonly QueueStatus[]) => void;
}

/** Milliseconds between two checks for what other services have not declared yet. */
const waitingInterval = 300;
/** Milliseconds between two log lines about permissions: only operators change these, and readiness shows them. */
const lackInterval = 60_000;

/**
 * Declares the service's topology repeatedly, so that whatever was deleted is restored, and checks for the queues of other
 * services that its messages must reach.
 */
export class TopologyKeeper {
  readonly #options: TopologyKeeperOptions;
  readonly #reports = new Map<string, ReturnType<typeof atMostEvery>>();
  #last: Declared | undefined;
  #pausedRoutes: readonly PublishedRoute[] = [];
  #wake = new AbortController();
  #onChange: () => void = () => {};

  constructor(options: TopologyKeeperOptions) {
    this.#options = options;
  }

  /** Everything is declared on the current connection. */
  get declared(): boolean {
    return this.#last !== undefined;
  }

  /** What the service's user lacks permissions for; undefined when it lacks none. */
  get lackOfPermission(): string | undefined {
    const [first, ...more] = this.#last?.notPermitted ?? [];
    if (!first) return undefined;
    const others = more.length === 0 ? "" : `, and ${more.length} more like this`;
    return `the service's user lacks permissions: ${first.message}${others}; apply the contract's topology to the broker`;
  }

  /** Routes with a queue that was missing at the last check. */
  get pausedRoutes(): readonly PublishedRoute[] {
    return this.#pausedRoutes;
  }

  get routes(): readonly PublishedRoute[] {
    return this.#options.topology.routes;
  }

  publishesTo(exchange: string): boolean {
    return this.routes.some((route) => route.exchange === exchange);
  }

  /** Runs on every connection; `onChange` is called after each round. */
  start(connection: Connection, onChange: () => void): void {
    this.#onChange = onChange;
    connection.on("connected", (model) => void this.#run(connection, model));
    connection.on("disconnected", () => {
      this.#last = undefined;
      this.#wake.abort();
      onChange();
    });
  }

  /** Declares on a connection that is being set up. */
  async declareOn(model: ChannelModel): Promise<void> {
    this.#last = undefined;
    this.#update(await declareTopology(model, this.#options.topology));
  }

  /** Something is missing: declares at once instead of at the next interval. */
  declareSoon(): void {
    this.#wake.abort();
  }

  stop(): void {
    this.#wake.abort();
  }

  async #run(connection: Connection, model: ChannelModel): Promise<void> {
    this.#onChange();
    while (connection.model === model && !connection.closing) {
      const waiting =
        this.#last && (this.#last.missingQueues.length > 0 || this.#last.missingExchanges.length > 0);
      await pause(waiting ? waitingInterval : this.#options.interval, this.#wake.signal);
      if (connection.model !== model || connection.closing) return;
      this.#wake = new AbortController(); // before the round: what goes missing during it is for the next one
      await this.#round(model);
    }
  }

  async #round(model: ChannelModel): Promise<void> {
    try {
      this.#update(await declareTopology(model, this.#options.topology));
      this.#onChange();
    } catch (error) {
      // The connection was lost; setting up the next one declares first.
      this.#options.log.debug({ err: error }, "declaring the topology was interrupted");
    }
  }

  #update(declared: Declared): void {
    this.#last = declared;
    this.#options.onDeclared?.(declared.statuses);
    const missing = new Set(declared.missingQueues);
    this.#pausedRoutes =
      missing.size === 0
        ? []
        : this.#options.topology.routes.filter(({ queues }) => queues.some((queue) => missing.has(queue)));
    this.#report(declared);
  }

  #report({ problems, missingExchanges, missingQueues }: Declared): void {
    const { log } = this.#options;
    const lack = this.lackOfPermission;
    if (lack !== undefined) this.#occasionally("permissions", () => log.error({}, lack), lackInterval);
    for (const problem of problems) {
      this.#occasionally(problem.message, () =>
        log.error({ err: problem, code: problem.code }, problem.message),
      );
    }
    if (missingExchanges.length > 0) {
      this.#occasionally("exchanges", () =>
        log.warn({ missingExchanges }, "waiting for the services that own these exchanges to declare them"),
      );
    }
    if (missingQueues.length > 0) {
      this.#occasionally("queues", () =>
        log.warn(
          { missingQueues },
          "messages for these queues wait until the services that own them declare them",
        ),
      );
    }
  }

  #occasionally(condition: string, write: () => void, interval = logInterval): void {
    const report = this.#reports.get(condition) ?? atMostEvery(interval);
    this.#reports.set(condition, report);
    report(write);
  }
}
