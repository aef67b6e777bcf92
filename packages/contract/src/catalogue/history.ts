/** The changes of each message from release to release. */
import { releasedVersions, releaseFile } from "../compatibility/base.ts";
import type { Contract, Message } from "../contract.ts";
import { buildContract } from "../read-contract.ts";
import { Source } from "../source.ts";
import { type SchemaRow, schemaRows } from "./schema-rows.ts";

export interface HistoryEntry {
  readonly version: string;
  readonly released: boolean;
  /** In words, with `code` in backticks. */
  readonly changes: readonly string[];
}

/** The contracts in `folder` (`<version>.yaml`), oldest first; none if the folder does not exist. */
export function readReleases(folder: string): Contract[] {
  const places = { releases: folder };
  return releasedVersions(places).map((version) => buildContract(Source.read(releaseFile(places, version))));
}

/** Oldest first; a version that did not change the message has no entry. */
export function historyOf(message: Message, releases: readonly Contract[], now: Contract): HistoryEntry[] {
  const entries: HistoryEntry[] = [];
  let before: Contract | undefined;
  for (const contract of [...releases, now]) {
    const released = contract !== now;
    const known = find(contract, message, now);
    const earlier = before && find(before, message, now);
    if (known) {
      const changes = earlier && before ? changesOf(before, earlier, contract, known) : ["Added."];
      if (changes.length > 0) entries.push({ version: contract.version, released, changes });
    } else if (earlier) {
      entries.push({ version: contract.version, released, changes: ["Removed."] });
    }
    before = contract;
  }
  return entries;
}

function changesOf(before: Contract, old: Message, after: Contract, next: Message): string[] {
  return [
    ...fieldChanges(
      "field",
      schemaRows(before.schemas, old.payload),
      schemaRows(after.schemas, next.payload),
    ),
    ...fieldChanges(
      "header",
      schemaRows(before.schemas, old.headers),
      schemaRows(after.schemas, next.headers),
    ),
    ...listChanges("Published to", "No longer published to", routesOf(before, old), routesOf(after, next)),
    ...listChanges("Now goes to", "No longer goes to", queuesOf(before, old), queuesOf(after, next)),
    ...(old.schemaVersion === next.schemaVersion ? [] : [`Schema version ${next.schemaVersion}.`]),
  ];
}

function fieldChanges(noun: string, before: readonly SchemaRow[], after: readonly SchemaRow[]): string[] {
  const key = (row: SchemaRow) => (row.path.endsWith(row.name) ? row.path : `${row.path} (${row.name})`);
  const old = new Map(before.map((row) => [key(row), row]));
  const next = new Map(after.map((row) => [key(row), row]));
  const added = after.filter((row) => !old.has(key(row)));
  const removed = before.filter((row) => !next.has(key(row)));
  const changed = after.filter((row) => {
    const earlier = old.get(key(row));
    return earlier !== undefined && shapeOf(earlier) !== shapeOf(row);
  });
  return [
    ...added.map((row) => `Added the ${row.required ? "required" : "optional"} ${noun} \`${key(row)}\`.`),
    ...removed.map((row) => `Removed the ${noun} \`${key(row)}\`.`),
    ...changed.map((row) => `Changed the ${noun} \`${key(row)}\`: it was ${wordsFor(old.get(key(row)))}.`),
  ];
}

function wordsFor(row: SchemaRow | undefined): string {
  if (!row) return "absent";
  return [row.required ? "required" : "optional", row.type, ...row.limits].join(", ");
}

function shapeOf(row: SchemaRow): string {
  return JSON.stringify([row.type, row.required, row.limits]);
}

function listChanges(
  gained: string,
  gone: string,
  before: readonly string[],
  after: readonly string[],
): string[] {
  return [
    ...after.filter((item) => !before.includes(item)).map((item) => `${gained} ${item}.`),
    ...before.filter((item) => !after.includes(item)).map((item) => `${gone} ${item}.`),
  ];
}

function routesOf(contract: Contract, message: Message): string[] {
  return contract.routes
    .filter((route) => route.messages.includes(message))
    .map((route) => `\`${route.routingKey}\` of exchange \`${route.exchange.name}\``);
}

function queuesOf(contract: Contract, message: Message): string[] {
  return contract.receives
    .filter((receive) => receive.messages.includes(message))
    .map(({ queue }) => `\`${queue.name}\``);
}

/** What `message` was in an earlier contract: the same version of it, or one that it has replaced since. */
function find(contract: Contract, message: Message, now: Contract): Message | undefined {
  const named = contract.messages.filter(({ name }) => name === message.name);
  const versions = now.messages.filter(({ name }) => name === message.name);
  return (
    named.find(({ schemaVersion }) => schemaVersion === message.schemaVersion) ??
    named.find((one) => !versions.some(({ schemaVersion }) => schemaVersion === one.schemaVersion))
  );
}
