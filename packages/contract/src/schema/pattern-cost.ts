/**
 * Whether a regular expression can take exponential time, as `^(a+)+$` does, or polynomial time, as `\s*\s*$` does. An
 * engine tries every way in which a text can be matched, so the question is whether loops can match the same text in
 * several ways. The answer is found on an automaton whose states are the characters of the expression. This is own code
 * over refa's parser: safe-regex counts nested stars and refuses harmless expressions, scslre misses `(a|aa)+`, and
 * recheck takes seconds.
 */
import { createRequire } from "node:module";
import type * as Refa from "refa";
import { type Alternatives, Automaton, type Element, isLoop, mostCounted } from "./pattern-automaton.ts";

const require = createRequire(import.meta.url);

/** A number: time grows with the text's length to this power, 2 or more. */
export type PatternCost = "harmless" | "exponential" | "unknown" | number;

const known = new Map<string, PatternCost>();

/** @param pattern valid with the u flag */
export function costOf(pattern: string): PatternCost {
  const cost = known.get(pattern) ?? judged(pattern);
  known.set(pattern, cost);
  return cost;
}

function judged(pattern: string): PatternCost {
  if (!/[*+{]/.test(pattern)) return "harmless";
  try {
    // Only a group that is repeated can be matched in exponentially many ways.
    if (/\)[*+{]/.test(pattern)) {
      const automaton = new Automaton(isLoop);
      automaton.alternatives(parsed(pattern));
      if (automaton.isAmbiguous()) return "exponential";
    }
    const degree = degreeOf(pattern);
    return degree > 1 ? degree : "harmless";
  } catch {
    // Back references, loops in lookbehinds, loops that never or always match, and expressions beyond the limits.
    return "unknown";
  }
}

function parsed(pattern: string): Alternatives {
  const { JS }: typeof Refa = require("refa");
  const parser = JS.Parser.fromLiteral({ source: pattern, flags: "u" });
  const { expression } = parser.parse({ backreferences: "throw", assertions: "parse" });
  // refa leaves out what never matches, and assertions that always hold. An engine tries them nevertheless.
  if (repetitionsIn(expression) < repetitionsIn(parser.ast.pattern))
    throw new TypeError("a repetition is missing");
  return expression.alternatives;
}

/** A node of the expression, as refa or as its parser has it. */
interface PatternNode {
  readonly type: string;
  /** A number, of a quantifier. */
  readonly max?: unknown;
  readonly alternatives?: readonly PatternNode[];
  readonly elements?: readonly PatternNode[];
  readonly element?: PatternNode;
}

function repetitionsIn({ type, max, alternatives = [], elements = [], element }: PatternNode): number {
  const inside = [...alternatives, ...elements, ...(element ? [element] : [])];
  return inside.reduce(
    (sum, node) => sum + repetitionsIn(node),
    type === "Quantifier" && Number(max) > 1 ? 1 : 0,
  );
}

/**
 * The number of consecutive loops that can divide one text among them: for each way to divide it, an engine tries the
 * rest of the expression.
 */
function degreeOf(pattern: string): number {
  const isAnchored = parsed(pattern).every(({ elements }) => isStart(elements[0]));
  // Without an anchor, the engine starts at each place of the text.
  const whole = parsed(isAnchored ? pattern : `[^]*(?:${pattern})`);
  const automaton = new Automaton(({ min, max }) => max - min > mostCounted);
  const { last } = automaton.alternatives(whole);
  // Without an end to reach, the match is over as soon as the expression is.
  const ends = /[$]|\\[bB]|\(\?/.test(pattern.replaceAll(/\\[^bB]|\(\?(:|<\w)/g, "")) ? [] : last;
  return automaton.degree(new Set(ends));
}

/** `^`, which is parsed as `(?<![^])`. */
function isStart(element: Element | undefined): boolean {
  if (element?.type !== "Assertion" || element.kind !== "behind" || !element.negate) return false;
  const [only] = element.alternatives.flatMap(({ elements }) => elements);
  return only?.type === "CharacterClass" && only.characters.isAll;
}
