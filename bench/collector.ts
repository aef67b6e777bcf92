/** Stands in for what watches a system: takes its traces, and scrapes its metrics as often as Prometheus would. */

const scrapeInterval = 15_000;

/** @returns the environment that services send their traces by, and what ends it */
export function startCollector() {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({}) });
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}` },
    scrape(urls: readonly string[]): void {
      timer = setInterval(() => {
        // A service that is being restarted answers the next time.
        for (const url of urls)
          void fetch(`${url}/metrics`)
            .then((answer) => answer.text())
            .catch(() => {});
      }, scrapeInterval);
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await server.stop(true);
    },
  };
}
