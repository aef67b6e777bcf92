import type { ChannelModel } from "amqplib";
import type { Connection } from "../connection/connection.ts";
import type { MessagingErrorCode } from "../errors.ts";
import type { Log, Throttle } from "../log.ts";
import type { QueueGlance } from "../observer.ts";
import { pause } from "../pause.ts";
import { type Declared, declareTopology } from "./declare.ts";
import type { PublishedRoute, ServiceTopology } from "./topology.ts";

export interface UpkeepOptions {
  readonly topology: ServiceTopology;
  /** Milliseconds between two declarations. @default 2000 */
  readonly interval?: number;
  readonly log: Log;
  readonly throttle: Throttle;
  /** Told how the service's own queues looked; costs the broker nothing, since declaring says it. */
  readonly onDeclared?: (glances: readonly QueueGlance[]) => void;
}

/** Milliseconds between two looks for what others have not declared yet. */
const waitingInterval = 300;

/**
 * Declares the service's topology again and again, so that what somebody deletes comes back by itself, and
 * looks for the queues of others that its messages must reach.
 */
export class Upkeep {
  readonly #options: UpkeepOptions;
  #last: Declared | undefined;
  #pausedRoutes: readonly PublishedRoute[] = [];
  #wake = new AbortController();
  #onChange: () => void = () => {};

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** All is declared on the present connection. */
  get declared(): boolean {
    return this.#last !== undefined;
  }

  /** Routes with a queue that was missing when last looked for. */
  get pausedRoutes(): readonly PublishedRoute[] {
    return this.#pausedRoutes;
  }

  /** Keeps at it on every connection; `onChange` is called after each round. */
  start(connection: Connection, onChange: () => void): void {
    this.#onChange = onChange;
    connection.on("connected", (model) => void this.#keep(connection, model));
    connection.on("disconnected", () => {
      this.#last = undefined;
      this.#wake.abort();
      onChange();
    });
  }

  /** Declares on a connection that is being set up. */
  async declareOn(model: ChannelModel): Promise<void> {
    this.#last = undefined;
    this.#look(await declareTopology(model, this.#options.topology));
  }

  /** Something is missing: declares at once instead of at the next interval. */
  declareSoon(): void {
    this.#wake.abort();
  }

  stop(): void {
    this.#wake.abort();
  }

  async #keep(connection: Connection, model: ChannelModel): Promise<void> {
    this.#onChange();
    while (connection.model === model && !connection.closing) {
      const waiting =
        this.#last && (this.#last.missingQueues.length > 0 || this.#last.missingExchanges.length > 0);
      await pause(waiting ? waitingInterval : (this.#options.interval ?? 2_000), this.#wake.signal);
      if (connection.model !== model || connection.closing) return;
      this.#wake = new AbortController(); // before the round: what goes missing during it is for the next one
      await this.#round(model);
    }
  }

  async #round(model: ChannelModel): Promise<void> {
    try {
      this.#look(await declareTopology(model, this.#options.topology));
      this.#onChange();
    } catch (error) {
      // The connection went; the next one begins by declaring.
      this.#options.log.debug({ err: error }, "declaring the topology was interrupted");
    }
  }

  #look(declared: Declared): void {
    this.#last = declared;
    this.#options.onDeclared?.(declared.glances);
    const missing = new Set(declared.missingQueues);
    this.#pausedRoutes =
      missing.size === 0
        ? []
        : this.#options.topology.routes.filter(({ queues }) => queues.some((queue) => missing.has(queue)));
    this.#report(declared);
  }

  #report({ problems, missingExchanges, missingQueues }: Declared): void {
    const { log, throttle } = this.#options;
    for (const problem of problems) {
      const code: MessagingErrorCode = problem.code;
      if (throttle.allows(`topology ${problem.message}`)) log.error({ err: problem, code }, problem.message);
    }
    if (missingExchanges.length > 0 && throttle.allows("waiting for exchanges")) {
      log.warn({ missingExchanges }, "waiting for the services that own these exchanges to declare them");
    }
    if (missingQueues.length > 0 && throttle.allows("waiting for queues")) {
      log.warn(
        { missingQueues },
        "messages for these queues wait for the services that own them to declare them",
      );
    }
  }
}
