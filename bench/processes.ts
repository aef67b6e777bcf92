/** What processes cost, by what the kernel counted. */
import { readdirSync, readFileSync } from "node:fs";

/** Linux gives them in ticks of 10 ms, whatever the kernel's own clock. */
const secondsPerTick = 1 / 100;

/** CPU seconds, user and system, of a process with all its children, those that have ended and been waited for too. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const one of withChildren(pid)) {
    const fields = statOf(one);
    // The ended children of a child were its own: only the root's are counted by nobody else.
    const counted = one === pid ? [11, 12, 13, 14] : [11, 12];
    for (const field of counted) ticks += Number(fields[field] ?? 0);
  }
  return ticks * secondsPerTick;
}

/** Resident memory of one process, in bytes. */
export function residentBytes(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(line?.[1] ?? 0) * 1024;
}

function withChildren(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), Number(statOf(Number(name))[1] ?? 0));
  }
  const found = [root];
  for (const parent of found) for (const [pid, its] of parents) if (its === parent) found.push(pid);
  return found;
}

/** The fields of `/proc/PID/stat` after the program's name; none once the process has ended. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // it ended between the look at the folder and this one
  }
}
