/** What a comparison of two contracts finds. */
import type { JsonValue, Place } from "../source.ts";

export type Level = "major" | "minor" | "patch";

/** `unknown` counts as breaking: neither a proof nor a counterexample was found. */
export type Judgement = "breaking" | "unknown" | "compatible";

/** Who is affected by a difference. Old ones run the base contract, new ones the compared one. */
export type Affected = "old producers" | "old consumers" | "new consumers" | "broker" | "operators";

/**
 * Which side to replace first while old and new instances run side by side: all of its instances, before any new
 * instance of the other side runs. With `together` no order is safe: follow the safe way, or stop both sides.
 */
export type Deploy = "consumers-first" | "producers-first" | "any" | "together";

/** A message that one side sends and the other refuses, confirmed by their compiled checks. */
export interface Counterexample {
  readonly part: "payload" | "headers";
  readonly value: JsonValue;
  /** `old` is the base; both contracts may have the same version. */
  readonly sentBy: "old producers" | "new producers";
  readonly refusedBy: "old consumers" | "new consumers";
  /** The receiver's finding: `/quantity must be at most 100, got 200`. */
  readonly problem: string;
}

/** A field of a message; all of the payload or the headers if `path` is empty. */
export interface Field {
  /** AMQP `type`. */
  readonly message: string;
  readonly schemaVersion: number | undefined;
  readonly part: "payload" | "headers";
  /** A JSON pointer with `*` for the items of an array and for keys that are not named. */
  readonly path: string;
}

/** What pacts show about the consumers of a field. */
export interface Usage {
  readonly readBy: readonly {
    readonly consumer: string;
    /** As written in the pact, e.g. `items[].code`. */
    readonly fields: readonly string[];
  }[];
  /** Consumers that have a pact for the message and do not read the field. */
  readonly notReadBy: readonly string[];
  /** Consumers in the contract that have no pact for the message. */
  readonly notAsked: readonly string[];
}

export interface Difference {
  /** Kind of difference, in kebab-case. */
  readonly rule: string;
  readonly judgement: Judgement;
  /** The smallest version bump that it needs. */
  readonly level: Level;
  /** What differs: `message basket.filled`, `queue till.baskets`. */
  readonly subject: string;
  readonly change: string;
  /** The effect on those affected. */
  readonly why: string;
  readonly affects: readonly Affected[];
  /** Services among those affected. */
  readonly services: readonly string[];
  readonly deploy: Deploy;
  /** Safe steps to the change; empty if nothing needs to be done. */
  readonly safeWay: readonly string[];
  readonly counterexample?: Counterexample;
  /** What differs, if it is a field. */
  readonly field?: Field;
  /** Who reads the field, if pacts were given. */
  readonly usage?: Usage;
  /** In the compared contract; in the base for removals. */
  readonly place: Place;
}

type Given = Pick<Difference, "rule" | "subject" | "change" | "why" | "place"> &
  Partial<Pick<Difference, "affects" | "services" | "deploy" | "safeWay" | "counterexample" | "field">>;

export function breaking(given: Given & Pick<Difference, "deploy">): Difference {
  return { ...filled(given), judgement: "breaking", level: "major" };
}

export function undecided(given: Given & Pick<Difference, "deploy">): Difference {
  return { ...filled(given), judgement: "unknown", level: "major" };
}

export function compatible(level: "minor" | "patch", given: Given): Difference {
  return { ...filled(given), judgement: "compatible", level };
}

function filled(given: Given): Omit<Difference, "judgement" | "level"> {
  return { affects: [], services: [], deploy: "any", safeWay: [], ...given };
}

const levels: readonly Level[] = ["patch", "minor", "major"];

/** The bump that all differences need together; "none" if there are none. */
export function highest(differences: readonly Difference[]): Level | "none" {
  return levels.findLast((level) => differences.some((difference) => difference.level === level)) ?? "none";
}

/** The order that suits all differences. */
export function commonOrder(differences: readonly Difference[]): Deploy {
  const wanted = new Set(differences.map(({ deploy }) => deploy).filter((deploy) => deploy !== "any"));
  const [only = "any"] = wanted;
  return wanted.size > 1 ? "together" : only;
}
