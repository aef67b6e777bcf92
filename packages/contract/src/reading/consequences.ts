/** Drops findings that follow from others, so that one cause gives one finding. */
import type { Finding } from "../finding.ts";
import { isWithin, pointerOf, segmentsOf } from "../json.ts";
import type { Source } from "../source.ts";
import { unknownKey } from "./schema-problems.ts";

/**
 * The findings that do not follow from `causes`, which say what of the document could not be read: those about the
 * same value, about what is absent beside or inside of it, and about the example or binding that it is a part of.
 */
export function withoutConsequences<Some extends Finding>(
  findings: readonly Some[],
  causes: readonly Finding[],
  source: Source,
): Some[] {
  if (causes.length === 0) return [...findings];
  return findings.filter(({ file, pointer, rule }) => {
    const gap = firstAbsent(pointer, source);
    // Anything that a broken reference should have led to.
    if (gap !== undefined && (segmentsOf(gap).length === 1 || rule === "contract-model")) return false;
    return !causes.some((cause) => {
      const owner = ownerOf(cause.pointer);
      if (file !== cause.file) return false;
      if (owner === "" && rule === "contract-model") return true;
      if (isWithin(pointer, cause.pointer) || isWithin(cause.pointer, pointer)) return true;
      if (!isWithin(pointer, owner)) return false;
      return ownerOf(gap ?? pointer) === owner || isSmall(owner) || rule === "examples-validate";
    });
  });
}

/**
 * Of findings of different kinds about one value, those of the first kind; without references to what another finding
 * says is misspelled or of another type.
 */
export function firstOfEach(findings: readonly Finding[]): Finding[] {
  const kept: Finding[] = [];
  for (const finding of findings) {
    const isTold = kept.some(
      ({ rule, file, pointer }) =>
        rule !== finding.rule && file === finding.file && isWithin(finding.pointer, pointer),
    );
    if (!isTold) kept.push(finding);
  }
  const invalid = kept.filter(({ cause }) => cause === undefined);
  return kept.filter(({ cause }) => {
    const [file, absent] = cause?.split(/#(.*)/s) ?? [];
    return (
      absent === undefined ||
      !invalid.some(
        (one) => one.file === file && (isWithin(absent, one.pointer) || isMisspelled(one, absent)),
      )
    );
  });
}

function isMisspelled({ pointer, message }: Finding, absent: string): boolean {
  return (
    ownerOf(pointer) === ownerOf(absent) && message.startsWith(unknownKey(segmentsOf(pointer).at(-1) ?? ""))
  );
}

/**
 * Whether all channels, operations and messages are known. Only then are the results of comparing them with each other
 * valid.
 */
export function isWhole(invalid: readonly Finding[]): boolean {
  const apart = ["/info", "/servers", "/id", "/defaultContentType"];
  return invalid.every(({ pointer }) => apart.some((part) => isWithin(pointer, part)));
}

/** A part of a channel, an operation or a message. */
function isSmall(pointer: string): boolean {
  return /\/(bindings|x-rabbitmq|examples|parameters|reply|correlationId)(\/|$)/.test(pointer);
}

/** The shortest prefix of `pointer` at which nothing exists. */
function firstAbsent(pointer: string, source: Source): string | undefined {
  const segments = segmentsOf(pointer);
  for (let length = 1; length <= segments.length; length++) {
    const beginning = pointerOf(...segments.slice(0, length));
    if (source.at(beginning) === undefined) return beginning;
  }
  return undefined;
}

function ownerOf(pointer: string): string {
  return pointerOf(...segmentsOf(pointer).slice(0, -1));
}
