import type { Metrics } from "./metrics.ts";

/** As much of a connection pool as is measured. */
interface Pool {
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly options: { readonly max: number };
}

/** @param pools by share */
export function measurePools(metrics: Metrics, pools: Readonly<Record<string, Pool>>): void {
  const ofEach = (value: (pool: Pool) => number) => () =>
    Object.entries(pools).map(([share, pool]) => ({ labels: { share }, value: value(pool) }));
  metrics.gauge(
    {
      name: "database_pool_connections",
      help: "Connections to the database, in use or idle, by share",
      labels: ["share", "state"],
    },
    () =>
      Object.entries(pools).flatMap(([share, pool]) => [
        { labels: { share, state: "used" }, value: pool.totalCount - pool.idleCount },
        { labels: { share, state: "idle" }, value: pool.idleCount },
      ]),
  );
  metrics.gauge(
    { name: "database_pool_max_connections", help: "Connections that the share may open", labels: ["share"] },
    ofEach((pool) => pool.options.max),
  );
  metrics.gauge(
    {
      name: "database_pool_waiting_requests",
      help: "Transactions and queries that wait for a connection of their share",
      labels: ["share"],
    },
    ofEach((pool) => pool.waitingCount),
  );
}
