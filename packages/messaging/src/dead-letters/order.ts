import type { DeadLetter } from "./letter.ts";

/** Where a dead letter stands among all: when it died, its queue, its id. */
export type Place = readonly [deadLetteredAt: string, queue: string, id: string];

/** Keeps the first few of any number of letters, those that have been dead longest. */
export class FirstFew {
  readonly #count: number;
  readonly #after: Place | undefined;
  #letters: DeadLetter[] = [];
  /** The last that would still be kept. */
  #last: DeadLetter | undefined;

  /** @param after only letters behind this place are kept */
  constructor(count: number, after: Place | undefined) {
    this.#count = count;
    this.#after = after;
  }

  add(letter: DeadLetter): void {
    if (this.#after && compare(placeOf(letter), this.#after) <= 0) return;
    if (this.#last && compare(placeOf(letter), placeOf(this.#last)) >= 0) return;
    this.#letters.push(letter);
    // Sorted from time to time only: most letters are turned away above.
    if (this.#letters.length >= 2 * this.#count) this.#cut();
  }

  /** Sorted by their places. */
  get letters(): readonly DeadLetter[] {
    this.#cut();
    return this.#letters;
  }

  #cut(): void {
    this.#letters = this.#letters
      .sort((one, other) => compare(placeOf(one), placeOf(other)))
      .slice(0, this.#count);
    if (this.#letters.length === this.#count) this.#last = this.#letters.at(-1);
  }
}

export function placeOf({ deadLetteredAt = "", queue, id }: DeadLetter): Place {
  return [deadLetteredAt, queue, id];
}

function compare(one: Place, other: Place): number {
  for (const [index, part] of one.entries()) {
    const against = other[index] ?? "";
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}
