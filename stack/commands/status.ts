import type { PartStatus } from "../stack.ts";

import { table } from "../table.ts";

/** The state of all parts, one line each; then what does not work, and why. */
export function statusTable(parts: readonly PartStatus[]): string {
  const rows = parts.map(({ name, state, parked = 0, pid, where }) => [
    name,
    state,
    parked > 0 ? `${parked} parked in its outbox` : "",
    where,
    pid === undefined ? "" : String(pid),
  ]);
  const troubles = parts.flatMap(({ name, troubles = [] }) =>
    troubles.map((trouble) => `${name}: ${trouble}`),
  );
  return [table([["part", "state", "", "where", "pid"], ...rows], ""), ...troubles].join("\n");
}

export function allReady(parts: readonly PartStatus[]): boolean {
  return parts.every(({ state }) => state === "ready" || state === "done");
}
