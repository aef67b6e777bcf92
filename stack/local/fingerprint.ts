import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { readMembers } from "../members.ts";
import { variableOf } from "../names.ts";
import { root } from "../paths.ts";
import { type Part, portNames } from "./parts.ts";

/** A part gets its own port in its environment, and those of others in URLs. */
const ports = new Set(portNames.map((name) => variableOf(name, "PORT")));

/** Folders and files that a member does not need to run. */
const leftOut = /^(?:node_modules|testing|contracts|\..*|.*\.test\.ts)$/;

/**
 * Changes with the code of a part, that of the members it depends on, its arguments, and the variables that it reads.
 * @param watched the part restarts itself when its code changes: only settings count
 */
export function fingerprintOf({ name: part, args, env, member }: Part, watched: boolean): string {
  const hash = createHash("sha256").update(JSON.stringify([args, env, watched]));
  const names = new Set<string>();
  for (const file of member === undefined ? [] : filesOf(member)) {
    const content = readFileSync(join(root, file), "utf8");
    if (!watched) hash.update(file).update(content);
    for (const [name] of content.matchAll(/\b[A-Z][A-Z0-9_]{2,}\b/g)) names.add(name);
  }
  const isRead = (name: string) => names.has(name) || name.startsWith(variableOf(part, ""));
  const settings = Object.entries(process.env)
    .filter(([name]) => !(name in env) && !ports.has(name) && isRead(name.replace(/_FILE$/, "")))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  return hash.update(JSON.stringify(settings)).digest("hex");
}

/** The files of a member and of all members that it depends on. */
function filesOf(member: string): string[] {
  const members = readMembers(root);
  const needed = new Set(members.filter(({ folder }) => folder === member));
  for (const { dependencies } of needed)
    for (const other of members) if (dependencies.has(other.name)) needed.add(other);
  return [
    "bun.lock",
    ...[...needed]
      .map(({ folder }) => folder)
      .sort()
      .flatMap(sourcesIn),
  ];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .filter(({ name }) => !leftOut.test(name))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return sourcesIn(path);
      return /\.(?:ts|json|sql)$/.test(path) ? [path] : [];
    });
}
