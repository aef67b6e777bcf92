import type { PartStatus } from "../stack.ts";

import { table } from "../table.ts";

/** The state of all parts, one line each. */
export function statusTable(parts: readonly PartStatus[]): string {
  const rows = parts.map(({ name, state, missing = [], parked = 0, pid, where }) => [
    name,
    state,
    [
      ...(missing.length > 0 ? [`without ${missing.join(" and ")}`] : []),
      ...(parked > 0 ? [`${parked} parked in its outbox`] : []),
    ].join(", "),
    where,
    pid === undefined ? "" : String(pid),
  ]);
  return table([["part", "state", "", "where", "pid"], ...rows], "");
}

export function allReady(parts: readonly PartStatus[]): boolean {
  return parts.every(({ state }) => state === "ready" || state === "done");
}
