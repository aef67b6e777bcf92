import { containers } from "../containers/system.ts";
import { localProcesses } from "../local/system.ts";
import type { Stack } from "../stack.ts";

/** The system that `make up` started on this machine, if any. */
export function runningStack(): Stack | undefined {
  return [localProcesses, containers].find((stack) => stack.exists());
}

/** @throws Error when the system does not run */
export function theRunningStack(): Stack {
  const stack = runningStack();
  if (stack) return stack;
  throw new Error("the system is not running: start it with make up");
}
