/** The type of a lint rule. */
import type { Contract } from "../contract.ts";
import type { Finding } from "../document.ts";
import { listed } from "../listed.ts";
import { isWhole } from "../reading/consequences.ts";
import type { Place } from "../source.ts";

export type Complaint = Omit<Finding, "rule">;

/**
 * A constraint beyond AsyncAPI. The document is valid AsyncAPI and its extensions
 * are valid; rules do not depend on each other.
 */
export interface Rule {
  /** Name of its file. */
  readonly name: string;
  /** The constraint, which holds if there are no findings. */
  readonly summary: string;
  /** Whether it is about style: the contract works without it. */
  readonly isAdvice?: boolean;
  /** Whether code generation depends on it, so that no exception can be made. */
  readonly isNeeded?: boolean;
  /** Whether it compares parts of the document with each other, and so needs to know all of them. */
  readonly comparesParts?: boolean;
  /** Whether it needs both ends of every channel: it holds for a system's document, not for one application's. */
  readonly closedWorld?: boolean;
  check(contract: Contract): Iterable<Complaint>;
}

/** Whether both ends of every channel are known, which they are not if only a part of the document could be read. */
export function isClosed({ view, invalid, unread }: Contract): boolean {
  return view === "system" && unread.length === 0 && isWhole(invalid);
}

/** @param message what was seen; @param fix how to fix it */
export function complaint(place: Place, message: string, fix: string): Complaint {
  return { ...place, message, fix };
}

/** Each item whose key an earlier one has, and that one. */
export function* duplicates<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): Generator<readonly [item: Item, first: Item]> {
  const firsts = new Map<string, Item>();
  for (const item of items) {
    const first = firsts.get(keyOf(item));
    if (first === undefined) firsts.set(keyOf(item), item);
    else yield [item, first];
  }
}

/** `"a"`, `"a" and "b"`, `"a", "b" and "c"`; "none" for an empty list. */
export function quoted(names: Iterable<string>): string {
  return listed([...names].map((name) => `"${name}"`)) || "none";
}
