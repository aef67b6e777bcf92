/** Measures the longest task of a page's main thread. */
import type { Page } from "playwright-core";

interface TraceEvent {
  readonly name: string;
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of wall time. */
  readonly dur?: number;
  /** Microseconds of CPU time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

export interface LongestTask {
  /** Milliseconds of CPU time, which other processes on a busy machine do not affect. */
  readonly cpu: number;
  /** Milliseconds between its start and its end. */
  readonly wall: number;
}

/** The longest task of a page's main thread while `act` runs. */
export async function longestTask(page: Page, act: () => Promise<unknown>): Promise<LongestTask> {
  const browser = page.context().browser();
  if (!browser) throw new Error("the page's browser cannot record a trace");
  await browser.startTracing(page, { categories: ["disabled-by-default-devtools.timeline"] });
  try {
    await act();
    // The task that answered may not have ended, and would then be missing from the trace.
    await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  } catch (error) {
    await browser.stopTracing();
    throw error;
  }
  const trace = JSON.parse((await browser.stopTracing()).toString());
  const events: readonly TraceEvent[] = trace.traceEvents;
  const main = new Set(
    events
      .filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain")
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(({ name, pid, tid }) => name === "RunTask" && main.has(`${pid} ${tid}`));
  if (!tasks.some(({ tdur }) => tdur !== undefined)) throw new Error("the trace has no task with a CPU time");
  const most = (of: "dur" | "tdur") => Math.max(...tasks.map((task) => task[of] ?? 0)) / 1_000;
  return { cpu: most("tdur"), wall: most("dur") };
}
