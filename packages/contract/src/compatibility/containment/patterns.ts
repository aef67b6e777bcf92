/**
 * Patterns as finite automata: they prove that every text of one set is in another, or give a text that is not.
 * As in the compiled checks, a pattern may match anywhere in a text.
 */
import { DFA, JS, NFA, Transformers, transform, Words } from "refa";
import type { Strings } from "./model.ts";

/** Maximum number of states of an automaton: more would take seconds. */
const mostStates = 4_000;

export type Verdict = { readonly isContained: boolean; readonly outside: readonly string[] };

/**
 * Compares patterns and lengths; formats are not patterns.
 * @returns whether it is proved that `outer` contains every text of `inner`, and short texts that it does not contain
 */
export function comparePatterns(inner: Strings, outer: Strings): Verdict {
  const wanted = [
    ...outer.patterns.filter((pattern) => !inner.patterns.includes(pattern)),
    ...(inner.minLength < outer.minLength || inner.maxLength > outer.maxLength ? [lengthPattern(outer)] : []),
  ];
  // Without a pattern, lengths alone decide.
  if (wanted.length === 0 || (inner.patterns.length === 0 && outer.patterns.length === 0)) {
    return { isContained: wanted.length === 0, outside: [] };
  }
  const given = [...inner.patterns, lengthPattern(inner)];
  const verdicts = wanted.map((pattern) => difference(given, pattern));
  return {
    isContained: verdicts.every((verdict) => verdict === "none"),
    outside: verdicts.filter((verdict) => typeof verdict === "object").map(({ text }) => text),
  };
}

function lengthPattern({ minLength, maxLength }: Strings): string {
  return `^[^]{${minLength},${Number.isFinite(maxLength) ? maxLength : ""}}$`;
}

type Difference = { readonly text: string } | "none" | "unknown";

const known = new Map<string, Difference>();

/** A shortest text that matches all of `given` and not `wanted`. */
function difference(given: readonly string[], wanted: string): Difference {
  const key = JSON.stringify([given, wanted]);
  const found = known.get(key) ?? computed(given, wanted);
  known.set(key, found);
  return found;
}

function computed(given: readonly string[], wanted: string): Difference {
  try {
    const refused = DFA.fromFA(automaton(wanted), new DFA.LimitedNodeFactory(mostStates));
    refused.complement();
    const both = given
      .map(automaton)
      .reduce((left, right) => NFA.fromIntersection(left, right, limit()), NFA.fromFA(refused, limit()));
    for (const word of both.words()) return { text: Words.fromUnicodeToString(word) };
    return "none";
  } catch {
    // refa throws for patterns that it does not support, such as some look-arounds, and beyond the limit.
    return "unknown";
  }
}

/** The texts in which `pattern` is found. */
function automaton(pattern: string): NFA {
  const parser = JS.Parser.fromLiteral({ source: `[^]*(?:${pattern})[^]*`, flags: "u" });
  const { expression, maxCharacter } = parser.parse({ backreferences: "throw", assertions: "parse" });
  const applied = transform(Transformers.applyAssertions(), expression);
  const withoutAssertions = transform(Transformers.patternEdgeAssertions({ remove: true }), applied);
  return NFA.fromRegex(withoutAssertions, { maxCharacter }, { assertions: "throw" }, limit());
}

function limit() {
  return new NFA.LimitedNodeFactory(mostStates);
}
