/** A regular expression as an automaton whose states are its characters, to find loops that can match the same text. */
import type { CharSet, JS } from "refa";

/** Limits beyond which an automaton is not judged, since it would take seconds. */
const mostStates = 1_000;
const mostPairs = 200_000;
/** More optional repetitions than this count as unlimited. */
const mostOptional = 8;
/** The same for polynomial time, where this many are a constant factor. */
export const mostCounted = 255;

export type Alternatives = ReturnType<JS.Parser["parse"]>["expression"]["alternatives"];
export type Element = Alternatives[number]["elements"][number];

export type Quantifier = Element & { readonly type: "Quantifier" };

/** A part of the expression: the states that it begins and ends with. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly optional: boolean;
}

const nothing: Part = { first: [], last: [], optional: true };

export class Automaton {
  /** What each state reads. */
  readonly #reads: CharSet[] = [];
  /** The states after each, and the number of ways to them. */
  readonly #next: Map<number, number>[] = [];
  readonly #isLoop: (quantifier: Quantifier) => boolean;

  constructor(isAnyNumber: (quantifier: Quantifier) => boolean) {
    this.#isLoop = isAnyNumber;
  }

  alternatives(alternatives: Alternatives): Part {
    const parts = alternatives.map(({ elements }) =>
      elements.reduce((before, element) => this.#joined(before, this.#element(element)), nothing),
    );
    return {
      first: parts.flatMap(({ first }) => first),
      last: parts.flatMap(({ last }) => last),
      optional: parts.some(({ optional }) => optional),
    };
  }

  #element(element: Element): Part {
    switch (element.type) {
      case "CharacterClass": {
        if (this.#reads.length >= mostStates) throw new RangeError("the expression is too large");
        const state = this.#reads.push(element.characters) - 1;
        this.#next.push(new Map());
        return { first: [state], last: [state], optional: false };
      }
      case "Alternation":
        return this.alternatives(element.alternatives);
      case "Assertion": {
        const { first } = this.alternatives(element.alternatives);
        if (element.kind === "ahead") return { first, last: [], optional: true };
        // A lookbehind matches backwards, which this automaton cannot.
        if (element.alternatives.some(hasLoop)) throw new TypeError("a lookbehind has a loop");
        return nothing;
      }
      case "Quantifier": {
        const { min, max, alternatives } = element;
        const once = () => this.alternatives(alternatives);
        let whole = nothing;
        if (this.#isLoop !== isLoop && max <= mostCounted) {
          const part = once();
          return min === 0 ? { ...part, optional: true } : part;
        }
        for (let count = 1; count < min; count++) whole = this.#joined(whole, once());
        if (this.#isLoop(element)) {
          const loop = once();
          this.#link(loop, loop);
          return this.#joined(whole, min === 0 ? { ...loop, optional: true } : loop);
        }
        if (min > 0) whole = this.#joined(whole, once());
        let rest = nothing;
        for (let count = min; count < max; count++) rest = { ...this.#joined(once(), rest), optional: true };
        return this.#joined(whole, rest);
      }
      default:
        throw new TypeError("the expression has a part that is not known");
    }
  }

  #joined(before: Part, after: Part): Part {
    this.#link(before, after);
    return {
      first: before.optional ? [...before.first, ...after.first] : before.first,
      last: after.optional ? [...after.last, ...before.last] : after.last,
      optional: before.optional && after.optional,
    };
  }

  #link({ last }: Part, { first }: Part): void {
    for (const from of last) {
      const next = this.#next[from];
      for (const to of first) next?.set(to, (next.get(to) ?? 0) + 1);
    }
  }

  /** Sets of states that can reach each other; a set that leads to another comes before it. */
  #loops(): Set<number>[] {
    const reach = this.#next.map((_, state) => reachable(state, (from) => this.#next[from]?.keys() ?? []));
    const seen = new Set<number>();
    // What leads to a loop reaches more states than the loop.
    const farthestFirst = [...reach.entries()].toSorted(([, one], [, other]) => other.size - one.size);
    return farthestFirst.flatMap(([state, ahead]) => {
      if (seen.has(state) || !ahead.has(state)) return [];
      const loop = new Set([...ahead].filter((other) => reach[other]?.has(state)));
      for (const member of loop) seen.add(member);
      return [loop];
    });
  }

  /** The length of the longest chain of loops, each of which shares a text with the next. @param ends states at which the match is over */
  degree(ends: ReadonlySet<number>): number {
    const loops = this.#loops().filter((loop) => ![...loop].some((state) => ends.has(state)));
    const degrees: number[] = [];
    for (const [index, loop] of loops.entries()) {
      const before = loops
        .slice(0, index)
        .map((earlier, at) => (this.#share(earlier, loop) ? (degrees[at] ?? 0) : 0));
      degrees.push(1 + Math.max(0, ...before));
    }
    return Math.max(0, ...degrees);
  }

  /** Whether the same text leads around the first loop, from the first into the second, and around the second. */
  #share(first: ReadonlySet<number>, second: ReadonlySet<number>): boolean {
    const size = this.#reads.length;
    const steps = (states: ReadonlySet<number> | undefined, from: number) =>
      [...(this.#next[from]?.keys() ?? [])].filter((to) => !states || states.has(to));
    for (const one of first) {
      for (const other of second) {
        const start = (one * size + one) * size + other;
        const found = reachable(start, (triple) => {
          const [left, middle, right] = [
            Math.floor(triple / size / size),
            Math.floor(triple / size) % size,
            triple % size,
          ];
          return steps(first, left).flatMap((a) =>
            steps(undefined, middle).flatMap((b) =>
              steps(second, right).flatMap((c) =>
                this.#canReadAll(a, b, c) ? [(a * size + b) * size + c] : [],
              ),
            ),
          );
        });
        if (found.has((one * size + other) * size + other)) return true;
      }
    }
    return false;
  }

  #canReadAll(one: number, other: number, third: number): boolean {
    const [first, second, last] = [this.#reads[one], this.#reads[other], this.#reads[third]];
    return (
      first !== undefined &&
      second !== undefined &&
      last !== undefined &&
      !first.intersect(second).isDisjointWith(last)
    );
  }

  /** Whether some text leads from a state back to it in two ways. */
  isAmbiguous(): boolean {
    const before = reversed(this.#next);
    for (const loop of this.#loops()) {
      const twice = [...loop].some((from) =>
        [...(this.#next[from] ?? [])].some(([to, ways]) => ways > 1 && loop.has(to)),
      );
      if (twice || this.#readsTwice(loop, before)) return true;
    }
    return false;
  }

  /** Whether two ways through `loop` match the same text: pairs of states that part, and meet again. */
  #readsTwice(loop: ReadonlySet<number>, before: readonly ReadonlySet<number>[]): boolean {
    const size = this.#reads.length;
    const same = [...loop].map((state) => state * size + state);
    const pairs = (
      lefts: Iterable<number>,
      rights: Iterable<number>,
      isRead: (left: number, right: number) => boolean,
    ) => {
      const others = [...rights].filter((state) => loop.has(state));
      return [...lefts]
        .filter((state) => loop.has(state))
        .flatMap((left) => others.filter((right) => isRead(left, right)).map((right) => left * size + right));
    };
    const forward = reachableFrom(same, (pair) =>
      pairs(
        this.#next[Math.floor(pair / size)]?.keys() ?? [],
        this.#next[pair % size]?.keys() ?? [],
        (left, right) => this.#canReadOne(left, right),
      ),
    );
    const backward = reachableFrom(same, (pair) => {
      const [left, right] = [Math.floor(pair / size), pair % size];
      return this.#canReadOne(left, right) ? pairs(before[left] ?? [], before[right] ?? [], () => true) : [];
    });
    return [...forward].some((pair) => Math.floor(pair / size) !== pair % size && backward.has(pair));
  }

  #canReadOne(left: number, right: number): boolean {
    const [one, other] = [this.#reads[left], this.#reads[right]];
    return left === right || (one !== undefined && other !== undefined && !one.isDisjointWith(other));
  }
}

/** Whether it repeats without a limit, or repeats a loop many times: `(.*,){20}` takes as long as an exponential one. */
export function isLoop({ min, max, alternatives }: Quantifier): boolean {
  return max - min > mostOptional || (max > mostOptional && alternatives.some(hasLoop));
}

function hasLoop({ elements }: Alternatives[number]): boolean {
  return elements.some((element) => {
    if (element.type === "Quantifier") return isLoop(element) || element.alternatives.some(hasLoop);
    return "alternatives" in element && element.alternatives.some(hasLoop);
  });
}

function reversed(next: readonly ReadonlyMap<number, number>[]): Set<number>[] {
  const before = next.map(() => new Set<number>());
  for (const [from, states] of next.entries()) for (const to of states.keys()) before[to]?.add(from);
  return before;
}

/** What can be reached from `start` in one step or more. */
function reachable(start: number, next: (from: number) => Iterable<number>): Set<number> {
  return reachableFrom([...next(start)], next);
}

function reachableFrom(starts: Iterable<number>, next: (from: number) => Iterable<number>): Set<number> {
  const found = new Set(starts);
  for (const from of found) {
    for (const to of next(from)) found.add(to);
    if (found.size > mostPairs) throw new RangeError("the expression is too large");
  }
  return found;
}
