/**
 * Whether a regular expression can take exponential time, as `^(a+)+$` does. The engine tries every way in which a
 * text can be matched, so that the question is whether a loop can read one text in two ways. It is decided on the
 * automaton whose states are the characters of the expression. Own code over refa's parser: safe-regex counts nested
 * stars and refuses harmless expressions, scslre does not see `(a|aa)+`, recheck takes seconds.
 */
import { createRequire } from "node:module";
import type * as Refa from "refa";
import type { CharSet, JS } from "refa";

const require = createRequire(import.meta.url);

/** Larger automata are not judged: it would take seconds. */
const mostStates = 1_000;
const mostPairs = 200_000;
/** More optional repetitions than these count as any number. */
const mostOptional = 8;

export type PatternCost = "harmless" | "exponential" | "unknown";

const known = new Map<string, PatternCost>();

/** @param pattern valid with the u flag */
export function costOf(pattern: string): PatternCost {
  const cost = known.get(pattern) ?? judged(pattern);
  known.set(pattern, cost);
  return cost;
}

function judged(pattern: string): PatternCost {
  // Only a group that is repeated can be matched in many ways.
  if (!/\)[*+{]/.test(pattern)) return "harmless";
  try {
    const { JS }: typeof Refa = require("refa");
    const parser = JS.Parser.fromLiteral({ source: pattern, flags: "u" });
    const automaton = new Automaton();
    automaton.alternatives(
      parser.parse({ backreferences: "throw", assertions: "parse" }).expression.alternatives,
    );
    return automaton.isAmbiguous() ? "exponential" : "harmless";
  } catch {
    // Back references, and expressions beyond the limits.
    return "unknown";
  }
}

type Alternatives = ReturnType<JS.Parser["parse"]>["expression"]["alternatives"];
type Element = Alternatives[number]["elements"][number];

type Quantifier = Element & { readonly type: "Quantifier" };

/** A part of the expression: the states that it begins and ends with. */
interface Part {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly optional: boolean;
}

const nothing: Part = { first: [], last: [], optional: true };

class Automaton {
  /** What each state reads. */
  readonly #reads: CharSet[] = [];
  /** The states after each, and in how many ways they are. */
  readonly #next: Map<number, number>[] = [];

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
      case "Assertion":
        // It is matched on its own, and reads nothing.
        this.alternatives(element.alternatives);
        return nothing;
      case "Quantifier": {
        const { min, max, alternatives } = element;
        const once = () => this.alternatives(alternatives);
        let whole = nothing;
        for (let count = 1; count < min; count++) whole = this.#joined(whole, once());
        if (isLoop(element)) {
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

  /** Whether a text leads from a state back to it in two ways. */
  isAmbiguous(): boolean {
    const before = reversed(this.#next);
    const reach = this.#next.map((_, state) => reachable(state, (from) => this.#next[from]?.keys() ?? []));
    const seen = new Set<number>();
    for (const [state, ahead] of reach.entries()) {
      if (seen.has(state) || !ahead.has(state)) continue;
      const loop = new Set([...ahead].filter((other) => reach[other]?.has(state)));
      for (const member of loop) seen.add(member);
      const twice = [...loop].some((from) =>
        [...(this.#next[from] ?? [])].some(([to, ways]) => ways > 1 && loop.has(to)),
      );
      if (twice || this.#readsTwice(loop, before)) return true;
    }
    return false;
  }

  /** Whether two different ways through `loop` read one text: pairs of states that part, and meet again. */
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

/** Any number of repetitions, or many of what repeats itself: `(.*,){20}` takes as long as if it were exponential. */
function isLoop({ min, max, alternatives }: Quantifier): boolean {
  return max - min > mostOptional || (max > mostOptional && alternatives.some(hasLoop));
}

function hasLoop({ elements }: Alternatives[number]): boolean {
  return elements.some((element) => {
    if (element.type === "Quantifier") return isLoop(element) || element.alternatives.some(hasLoop);
    return element.type === "Alternation" && element.alternatives.some(hasLoop);
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
