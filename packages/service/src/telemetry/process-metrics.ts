import type { Metrics } from "./metrics.ts";

const millisecondsToSeconds = 1e-3;
const microsecondsToSeconds = 1e-6;

/**
 * What Prometheus' dashboards expect of any process. Written by hand, because the library's own ask Node for values
 * that Bun and Deno report as zero or not at all.
 */
export function measureProcess(
  metrics: Metrics,
  info: { readonly service: string; readonly runtime: string },
) {
  const startTime = Date.now() * millisecondsToSeconds - process.uptime();
  const gauge = (name: string, help: string, read: () => number) =>
    metrics.gauge({ name, help }, () => [{ labels: {}, value: read() }]);

  metrics.gauge(
    {
      name: "service_info",
      help: "Which service this is, and on what it runs",
      labels: ["service", "runtime"],
    },
    () => [{ labels: info, value: 1 }],
  );
  gauge("process_start_time_seconds", "Unix time at which the process started", () => startTime);
  gauge("process_resident_memory_bytes", "Memory of the process", () => process.memoryUsage().rss);
  gauge("process_heap_used_bytes", "JavaScript objects in memory", () => process.memoryUsage().heapUsed);
  metrics.total("process_cpu_seconds_total", "Processor time spent", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) * microsecondsToSeconds;
  });
}

/** How late timers fire because the process is busy: measured every half a second, the worst since the last scrape. */
export function measureEventLoop(metrics: Metrics): void {
  const interval = 500;
  let expected = performance.now() + interval;
  let worst = 0;
  setInterval(() => {
    const now = performance.now();
    worst = Math.max(worst, now - expected);
    expected = now + interval;
  }, interval).unref();
  metrics.gauge(
    { name: "event_loop_delay_seconds", help: "The longest delay of a timer since the last scrape" },
    () => {
      const value = worst * millisecondsToSeconds;
      worst = 0;
      return [{ labels: {}, value }];
    },
  );
}
