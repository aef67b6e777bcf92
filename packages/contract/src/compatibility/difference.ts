/** What a comparison of two contracts finds. */
import type { JsonValue, Place } from "../source.ts";

export type Level = "major" | "minor" | "patch";

/** `unknown` counts as breaking: neither a proof nor a counterexample was found. */
export type Judgement = "breaking" | "unknown" | "compatible";

/** Whose work a difference breaks or asks for. Old ones run the base contract, new ones the compared one. */
export type Affected = "old producers" | "old consumers" | "new consumers" | "broker" | "operators";

/** A message that one side sends and the other refuses, as their compiled checks say. */
export interface Counterexample {
  readonly part: "payload" | "headers";
  readonly value: JsonValue;
  /** The compared contracts may have one version: `old` is the base. */
  readonly sentBy: "old producers" | "new producers";
  readonly refusedBy: "old consumers" | "new consumers";
  /** What the receiver's check says: `/quantity must be at most 100, got 200`. */
  readonly problem: string;
}

export interface Difference {
  /** What kind of difference it is, in kebab-case. */
  readonly rule: string;
  readonly judgement: Judgement;
  /** The least version bump that it asks for. */
  readonly level: Level;
  /** What differs: `message order.created`, `queue inventory.orders`. */
  readonly subject: string;
  readonly change: string;
  /** What happens to those who are affected. */
  readonly why: string;
  readonly affects: readonly Affected[];
  /** Services among those affected. */
  readonly services: readonly string[];
  /** How to get there safely, step by step; empty when there is nothing to do. */
  readonly safeWay: readonly string[];
  readonly counterexample?: Counterexample;
  /** In the compared contract, or in the base for what is gone. */
  readonly place: Place;
}

type Given = Pick<Difference, "rule" | "subject" | "change" | "why" | "place"> &
  Partial<Pick<Difference, "affects" | "services" | "safeWay" | "counterexample">>;

export function breaking(given: Given): Difference {
  return { ...filled(given), judgement: "breaking", level: "major" };
}

export function undecided(given: Given): Difference {
  return { ...filled(given), judgement: "unknown", level: "major" };
}

export function compatible(level: "minor" | "patch", given: Given): Difference {
  return { ...filled(given), judgement: "compatible", level };
}

function filled(given: Given): Omit<Difference, "judgement" | "level"> {
  return { affects: [], services: [], safeWay: [], ...given };
}

const levels: readonly Level[] = ["patch", "minor", "major"];

/** The bump that all differences ask for together; "none" when there are none. */
export function highest(differences: readonly Difference[]): Level | "none" {
  return levels.findLast((level) => differences.some((difference) => difference.level === level)) ?? "none";
}
