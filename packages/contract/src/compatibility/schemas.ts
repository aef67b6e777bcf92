/** Payloads and headers of the messages that both contracts have. */

import { isDeepStrictEqual } from "node:util";
import type { Message } from "../contract.ts";
import { listed } from "../listed.ts";
import type { Place } from "../source.ts";
import { findProblems, type Problem } from "./containment/contains.ts";
import {
  breaking,
  type Counterexample,
  compatible,
  type Difference,
  type Field,
  undecided,
} from "./difference.ts";
import { fieldsOf } from "./fields.ts";
import { consumersOf, producersOf, type Side } from "./side.ts";
import { mostSimilar, renamedTo } from "./similarity.ts";

type Part = "payload" | "headers";

/**
 * @param pairs messages that are the same in both contracts
 * @param isWhole whether all senders and receivers of a message are known
 */
export function schemaDifferences(
  old: Side,
  now: Side,
  pairs: readonly (readonly [before: Message, message: Message])[],
  isWhole: boolean,
): Difference[] {
  return pairs.flatMap(([before, message]) =>
    (["payload", "headers"] as const).flatMap((part) =>
      partDifferences({ old, now, before, message, part, isWhole }),
    ),
  );
}

interface Pair {
  readonly old: Side;
  readonly now: Side;
  /** The message in the old contract. */
  readonly before: Message;
  /** The same in the new one. */
  readonly message: Message;
  readonly part: Part;
  readonly isWhole: boolean;
}

function partDifferences(pair: Pair): Difference[] {
  const { old, now, before, message, part, isWhole } = pair;
  const values = { old: old.values(before[part]), now: now.values(message[part]) };
  if (isDeepStrictEqual(values.old, values.now)) return [];

  const found: Difference[] = [];
  const oldConsumers = consumersOf(before, old.contract);
  if (!isWhole || (producersOf(message, now.contract).length > 0 && oldConsumers.length > 0)) {
    for (const problem of findProblems(values.now, values.old)) {
      found.push(
        refusal(
          pair,
          problem,
          { from: now, to: old, schema: message[part], other: before[part] },
          oldConsumers,
        ),
      );
    }
  }
  const consumers = consumersOf(message, now.contract);
  if (!isWhole || (producersOf(before, old.contract).length > 0 && consumers.length > 0)) {
    for (const problem of findProblems(values.old, values.now)) {
      found.push(
        refusal(pair, problem, { from: old, to: now, schema: before[part], other: message[part] }, consumers),
      );
    }
  }
  found.push(...fieldDifferences(pair, found));
  if (found.length > 0) return found;
  return [
    compatible("patch", {
      rule: `${part}-rewritten`,
      ...about(pair),
      change: `the schema of the ${part} is written differently`,
      why: "both sides accept exactly what the other may send",
    }),
  ];
}

interface Way {
  readonly from: Side;
  readonly to: Side;
  /** Names of the schemas of the sender and of the receiver. */
  readonly schema: string;
  readonly other: string;
}

function refusal(pair: Pair, problem: Problem, way: Way, services: readonly string[]): Difference {
  const { now, old, message, part } = pair;
  const isNew = way.from === now;
  const counterexample = verified(problem, way, isNew, part);
  const where = problem.path === "" ? "" : `${problem.path}: `;
  const age = isNew ? "old" : "new";
  const receivers =
    services.length > 0 ? `${age} ${listed(services)} dead-letters` : `${age} consumers refuse`;
  const from = isNew
    ? "new producers may send"
    : `old producers, and messages of ${old.contract.version} in queues, outboxes, retry tiers and dead letters, may bring`;
  const given = {
    rule: isNew ? `${part}-refused-by-old-consumers` : `${part}-refused-by-new-consumers`,
    ...about(pair),
    field: fieldAt(pair, problem.path),
    change: `${part} ${where}${problem.message}`,
    why: `${from} what ${receivers} as invalid`,
    affects: [isNew ? ("old consumers" as const) : ("new consumers" as const)],
    services,
    deploy: isNew ? ("consumers-first" as const) : ("producers-first" as const),
    safeWay: safeWay(problem, message, isNew),
  };
  return counterexample ? breaking({ ...given, counterexample }) : undecided(given);
}

/** The witness of a problem, if the checks that services run agree. */
function verified(problem: Problem, way: Way, isNew: boolean, part: Part): Counterexample | undefined {
  const { witness, message } = problem;
  if (witness === undefined) return undefined;
  const [sends, receives] = [way.from.check(way.schema), way.to.check(way.other)];
  if (sends?.(witness, true)) return undefined;
  // A schema that cannot be enforced has no check; the refusal follows from the part that is understood.
  const refused = receives ? receives(witness, false) : { pointer: problem.path, message };
  if (!refused) return undefined;
  return {
    part,
    value: witness,
    sentBy: isNew ? "new producers" : "old producers",
    refusedBy: isNew ? "old consumers" : "new consumers",
    problem: `${refused.pointer} ${refused.message}`.trim(),
  };
}

function safeWay(problem: Problem, message: Message, isNew: boolean): string[] {
  const additive = problem.message.endsWith("it is required")
    ? isNew
      ? ["keep sending the field: consumers of the old version refuse messages without it"]
      : ["add the field as an optional one: messages without it are still on their way"]
    : ["leave the field as it is, and add what is new as an optional field of another name"];
  const next = `${message.name}.v${(message.schemaVersion ?? 1) + 1}`;
  return [
    ...additive,
    `or add a version beside the old one: a message "${next}" with a schema-version, a routing key and, where old consumers still run, a queue of its own`,
    "have consumers take both, then producers send the new one, and remove the old one in a later major version, when no queue, retry tier or dead-letter queue holds any",
  ];
}

/** Fields that only one of the two contracts has. */
function fieldDifferences(pair: Pair, refusals: readonly Difference[]): Difference[] {
  const { old, now, before, message, part } = pair;
  const [was, is] = [fieldsOf(old.values(before[part])), fieldsOf(now.values(message[part]))];
  const outermost = (fields: readonly string[], all: ReadonlySet<string>) =>
    fields.filter((field) => !all.has(field) && !fields.some((other) => field.startsWith(`${other}/`)));
  const added = outermost(
    [...is].filter((field) => !was.has(field)),
    was,
  );
  const removed = outermost(
    [...was].filter((field) => !is.has(field)),
    is,
  );
  const names = added.map((name) => ({ name }));
  const isRefused = (field: string) => refusals.some(({ change }) => change.startsWith(`${part} ${field}:`));
  return [
    ...added.map((field) =>
      compatible("minor", {
        rule: `${part}-field-added`,
        ...about(pair),
        change: `${part} ${field} is new`,
        why: "old consumers ignore it",
      }),
    ),
    ...removed
      .filter((field) => !isRefused(field))
      .map((field) =>
        compatible("minor", {
          rule: `${part}-field-removed`,
          ...about(pair),
          field: fieldAt(pair, field),
          change: `${part} ${field} is no longer sent${renamedTo(mostSimilar(field, names))}`,
          why: "it was optional, so old consumers do without it, and new ones ignore it in messages that are on their way",
          affects: ["old consumers"],
          services: consumersOf(before, old.contract),
          safeWay: [
            "do not give its name another meaning later: messages with the old one may still be on their way",
          ],
        }),
      ),
  ];
}

function fieldAt({ before, part }: Pair, path: string): Field {
  return { message: before.name, schemaVersion: before.schemaVersion, part, path };
}

function about({ now, message, part }: Pair): { subject: string; place: Place } {
  const { pointer } = message.place;
  return { subject: `message ${message.name}`, place: now.contract.source.place(`${pointer}/${part}`) };
}
