import type { DeadLetter } from "./dead-letter.ts";

/** The position of a dead letter in a listing: when it was dead-lettered, its queue, its id. */
export type PagePosition = readonly [deadLetteredAt: string, queue: string, id: string];

/** Keeps the first `count` of any number of dead letters, oldest first. */
export class Page {
  readonly #count: number;
  readonly #after: PagePosition | undefined;
  #deadLetters: DeadLetter[] = [];

  /** @param after keeps only dead letters after this position */
  constructor(count: number, after: PagePosition | undefined) {
    this.#count = count;
    this.#after = after;
  }

  add(deadLetter: DeadLetter): void {
    if (this.#after && compare(positionOf(deadLetter), this.#after) <= 0) return;
    this.#deadLetters.push(deadLetter);
    if (this.#deadLetters.length >= 2 * this.#count) this.#cut();
  }

  /** Sorted by position. */
  get deadLetters(): readonly DeadLetter[] {
    this.#cut();
    return this.#deadLetters;
  }

  #cut(): void {
    this.#deadLetters = this.#deadLetters
      .sort((one, other) => compare(positionOf(one), positionOf(other)))
      .slice(0, this.#count);
  }
}

export function positionOf({ deadLetteredAt = "", queue, id }: DeadLetter): PagePosition {
  return [deadLetteredAt, queue, id];
}

function compare(one: PagePosition, other: PagePosition): number {
  for (const [index, part] of one.entries()) {
    const against = other[index] ?? "";
    if (part !== against) return part < against ? -1 : 1;
  }
  return 0;
}
