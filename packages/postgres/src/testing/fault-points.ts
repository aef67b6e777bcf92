/**
 * What `#fault-points` is with the import condition `fault-injection`, see ../fault-points.ts.
 * FAULT_POINT="after-commit-before-publish:7" kills the process when it reaches that point for the seventh time.
 */
import process from "node:process";
import type { FaultPoint } from "../fault-points.ts";

/** Prefixes of the ids of messages whose handling throws, or kills the process. */
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
  if (messageIds.some((id) => id.startsWith(throwingId)))
    throw new Error("the handler failed, as the message's id asks");
}
