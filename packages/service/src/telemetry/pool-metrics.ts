import type { Metrics } from "./metrics.ts";

/** As much of a connection pool as is measured. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

export function measurePool(metrics: Metrics, pool: Pool): void {
  metrics.gauge(
    {
      name: "database_pool_connections",
      help: "Connections to the database, in use or idle",
      labels: ["state"],
    },
    () => [
      { labels: { state: "used" }, value: pool.totalCount - pool.idleCount },
      { labels: { state: "idle" }, value: pool.idleCount },
    ],
  );
  metrics.gauge({ name: "database_pool_max_connections", help: "Connections that the pool may open" }, () => [
    { labels: {}, value: pool.options.max },
  ]);
  metrics.gauge(
    { name: "database_pool_waiting_requests", help: "Transactions and queries that wait for a connection" },
    () => [{ labels: {}, value: pool.waitingCount }],
  );
}
