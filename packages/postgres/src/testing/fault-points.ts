/**
 * What `#fault-points` is with the import condition `fault-injection`, see ../fault-points.ts.
 * FAULT_POINT="after-commit-before-publish:7" ends the process by SIGKILL when it is there for the seventh time.
 */
import process from "node:process";
import type { FaultPoint } from "../fault-points.ts";

/** Beginnings of the ids of messages whose handling throws, or ends the process. */
export const throwingId = "00000000-bad0-";
export const killingId = "00000000-dead-";

const [wanted, count = "1"] = (process.env.FAULT_POINT ?? "").split(":");
let left = Number(count);

export function passFaultPoint(point: FaultPoint): void {
  if (point !== wanted) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, "SIGKILL");
}

export function passHandling(messageIds: readonly string[]): void {
  if (messageIds.some((id) => id.startsWith(killingId))) process.kill(process.pid, "SIGKILL");
  if (messageIds.some((id) => id.startsWith(throwingId))) throw new Error("a handler that always throws");
}
