/**
 * Milliseconds over which a rate is computed. The broker counts about once a second, so a shorter span would fluctuate.
 */
const span = 3_000;

/** Turns readings of a counter into a rate. A counter that is reset by a restart loses nothing. */
export class Rate {
  #last: number | undefined;
  #total = 0;
  readonly #readings: { readonly at: number; readonly total: number }[] = [];

  /** @param at milliseconds of a monotonic clock */
  read(value: number, at: number): void {
    // The first reading does not tell when the counted events happened.
    if (this.#last !== undefined) this.#total += value >= this.#last ? value - this.#last : value;
    this.#last = value;
    this.#readings.push({ at, total: this.#total });
    while (this.#readings.length > 2 && (this.#readings[1]?.at ?? at) <= at - span) this.#readings.shift();
  }

  /** Null until there are two readings. */
  get perSecond(): number | null {
    const [first, last] = [this.#readings[0], this.#readings.at(-1)];
    if (!first || !last || last.at === first.at) return null;
    return Math.round(((last.total - first.total) / (last.at - first.at)) * 10_000) / 10;
  }
}

/** One rate per name, created at its first reading. */
export class Rates {
  readonly #rates = new Map<string, Rate>();

  read(name: string, value: number, at: number): void {
    const rate = this.#rates.get(name) ?? new Rate();
    this.#rates.set(name, rate);
    rate.read(value, at);
  }

  perSecond(name: string): number | null {
    return this.#rates.get(name)?.perSecond ?? null;
  }
}
