/** Exchanges that the broker closes channels for: they are missing, or the service may not write to them. */
export interface Refusal {
  readonly reason: "exchange-missing" | "not-permitted";
  /** What the broker said. */
  readonly text: string;
  /** The service publishes to it by contract. */
  readonly known: boolean;
}

interface State extends Refusal {
  /** `performance.now()` from which one message may try. */
  retryAt: number;
  pause: number;
  trying: boolean;
}

const firstPause = 1_000;
const lastPause = 10_000;
/** Milliseconds after a pause within which any waiting message has been tried. */
const patience = 5_000;

/**
 * Each message for such an exchange would cost a channel, so only one is tried after each pause; a success ends this.
 */
export class RefusedExchanges {
  readonly #states = new Map<string, State>();

  get none(): boolean {
    return this.#states.size === 0;
  }

  /** Those that no message may try at present. */
  waiting(exchange: string): Refusal | undefined {
    const state = this.#states.get(exchange);
    return state && (state.trying || performance.now() < state.retryAt) ? state : undefined;
  }

  has(exchange: string): boolean {
    return this.#states.has(exchange);
  }

  /**
   * The exchanges that are still refused, as far as is known: after a pause, either a message is tried soon, or there
   * is none.
   */
  get present(): readonly Refusal[] {
    const now = performance.now();
    return [...this.#states.values()].filter(({ trying, retryAt }) => trying || now < retryAt + patience);
  }

  /** A message tries, or has tried. */
  tries(exchange: string, trying: boolean): void {
    const state = this.#states.get(exchange);
    if (state) state.trying = trying;
  }

  /** The next pause is twice as long, up to 10 s; always 1 s for an exchange that is not the service's. */
  refused(exchange: string, refusal: Refusal): void {
    const before = this.#states.get(exchange);
    const pause = before && refusal.known ? Math.min(lastPause, 2 * before.pause) : firstPause;
    this.#states.set(exchange, { ...refusal, pause, retryAt: performance.now() + pause, trying: false });
  }

  accepted(exchange: string): void {
    this.#states.delete(exchange);
  }

  /** Something was declared: exchanges that were missing may exist now. */
  retryMissing(): void {
    for (const state of this.#states.values()) if (state.reason === "exchange-missing") state.retryAt = 0;
  }
}
