import type { Metrics } from "./metrics.ts";

const millisecondsToSeconds = 1e-3;
const microsecondsToSeconds = 1e-6;

/**
 * What Prometheus' dashboards expect of any process. By hand, since the library's own ask Node for what Bun and Deno
 * answer with zeros, or not at all.
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

/**
 * How late timers come, because the process was busy: looked at every half a second, the worst since the last
 * scrape.
 */
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
    { name: "event_loop_delay_seconds", help: "How late a timer came at worst since the last scrape" },
    () => {
      const value = worst * millisecondsToSeconds;
      worst = 0;
      return [{ labels: {}, value }];
    },
  );
}
