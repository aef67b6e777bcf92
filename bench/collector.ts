/** Stands in for monitoring: receives traces, and scrapes metrics as often as Prometheus would. */

const scrapeInterval = 15_000;

/** @returns the environment that makes services send traces here, and a function that stops the collector */
export function startCollector() {
  const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => Response.json({}) });
  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${server.port}` },
    scrape(urls: readonly string[]): void {
      timer = setInterval(() => {
        // A service that is restarting answers the next scrape.
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
