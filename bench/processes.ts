/** The cost of processes, as counted by the kernel. */
import { readdirSync, readFileSync } from "node:fs";

/** Linux reports CPU time in ticks of 10 ms, independent of the kernel's timer frequency. */
const secondsPerTick = 1 / 100;

/** CPU seconds, user and system, of a process and its children, including those that have exited and been waited for. */
export function cpuSeconds(pid: number): number {
  let ticks = 0;
  for (const one of withChildren(pid)) {
    const fields = statOf(one);
    // Fields 13 and 14 have a process's exited children; only the root's are added.
    const counted = one === pid ? [11, 12, 13, 14] : [11, 12];
    for (const field of counted) ticks += Number(fields[field] ?? 0);
  }
  return ticks * secondsPerTick;
}

/** How often a thread of the process began to wait and was woken up again, as counted by the kernel. */
export function wakeUps(pid: number): number {
  const counts = readdirSync(`/proc/${pid}/task`).map((task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, "utf8");
    return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1] ?? 0);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Seconds for which threads of a process and its children could run, and waited for a core. */
export function waitSeconds(pid: number): number {
  const waited = withChildren(pid).flatMap((one) => {
    try {
      return readdirSync(`/proc/${one}/task`).map((task) =>
        Number(readFileSync(`/proc/${one}/task/${task}/schedstat`, "utf8").split(" ")[1] ?? 0),
      );
    } catch {
      return []; // it exited after the folder was listed
    }
  });
  return waited.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e9;
}

/** Resident memory of one process, in bytes: now, or at most so far. 0 once it has exited. */
export function residentBytes(pid: number, when: "now" | "at most" = "now"): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const line = (when === "now" ? /^VmRSS:\s+(\d+) kB$/m : /^VmHWM:\s+(\d+) kB$/m).exec(status);
    return Number(line?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** Adds up what a function returns for each process of a group, by group. */
export function byGroup(
  processes: ReadonlyMap<string, readonly number[]>,
  of: (pid: number) => number,
): Map<string, number> {
  return new Map([...processes].map(([name, pids]) => [name, pids.reduce((sum, pid) => sum + of(pid), 0)]));
}

/** CPU seconds of the whole machine since it started, by what they were used for. */
export function machineCpu() {
  const [user = 0, nice = 0, system = 0, idle = 0, wait = 0, irq = 0, softIrq = 0, stolen = 0] =
    readFileSync("/proc/stat", "utf8")
      .split("\n", 1)[0]
      ?.split(/\s+/)
      .slice(1)
      .map((ticks) => Number(ticks) * secondsPerTick) ?? [];
  return { busy: user + nice + system + irq + softIrq, idle: idle + wait, stolen };
}

/** The process that started this one. */
export const parentOf = (pid: number): number => Number(statOf(pid)[1] ?? 0);

/** The process and all of its descendants. A parent comes before its children. */
export function withChildren(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (/^\d+$/.test(name)) parents.set(Number(name), parentOf(Number(name)));
  }
  const found = [root];
  for (const parent of found) for (const [pid, its] of parents) if (its === parent) found.push(pid);
  return found;
}

/** The fields of `/proc/PID/stat` after the program's name; none once the process has exited. */
function statOf(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return []; // it exited after the folder was listed
  }
}
