/** A service's connections, divided into shares that others cannot use up. */
import type pg from "pg";
import { openPool, type PoolOptions } from "./pool.ts";
import { createDatabase, type Database, type DatabaseOptions } from "./transaction.ts";

/** What a share is for. */
export type ShareName = "requests" | "messaging" | "operators";

export interface Share {
  /** Connections, at most. */
  readonly connections: number;
  /** Milliseconds that a statement may take. */
  readonly statementTimeout: number;
}

export interface PoolsOptions extends Omit<PoolOptions, "poolSize" | "statementTimeout"> {
  readonly shares: Readonly<Record<ShareName, Share>>;
}

/**
 * Requests, messaging (consumers, relay and jobs) and operators' calls each have a pool, so that slow statements of one
 * do not hold up the others.
 */
export interface Pools extends Readonly<Record<ShareName, pg.Pool>> {
  /** For readiness: one connection for the ping, one for queries that may have to wait for a lock. */
  readonly health: pg.Pool;
  close(): Promise<void>;
}

export function openPools({ shares, ...options }: PoolsOptions): Pools {
  // All lead to the same server: one connection that is lost makes the idle ones of every pool suspect.
  const idle = new Set<pg.PoolClient>();
  const open = ({ connections: poolSize, statementTimeout }: Share) =>
    openPool({ ...options, poolSize, statementTimeout }, idle);
  const pools = {
    requests: open(shares.requests),
    messaging: open(shares.messaging),
    operators: open(shares.operators),
    health: open({ connections: 2, statementTimeout: 2_000 }),
  };
  return {
    ...pools,
    async close() {
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}

/** A database for each share; `health` is for readiness. */
export function createDatabases(
  pools: Pools,
  options: DatabaseOptions,
): Readonly<Record<ShareName | "health", Database>> {
  return {
    requests: createDatabase(pools.requests, options),
    messaging: createDatabase(pools.messaging, options),
    operators: createDatabase(pools.operators, options),
    health: createDatabase(pools.health, { log: options.log }),
  };
}
