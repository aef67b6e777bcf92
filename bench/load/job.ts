import type { OrderMix } from "./orders.ts";

/** What a load process is told to do. */
export interface LoadJob extends OrderMix {
  /** Replicas, which clients are dealt out to. */
  readonly urls: readonly string[];
  readonly path: string;
  readonly orders: number;
  /** Number of the first order. */
  readonly first: number;
  /** Connections, each with one request under way at most. */
  readonly clients: number;
  /**
   * `saturating`: each client sends its next order at once. `closed`: each client has its share of the rate, and what
   * the server makes it wait it sends later, and less. `open`: orders come by themselves, at random, at the rate; one
   * that finds no free client waits, and its wait counts.
   */
  readonly mode: "saturating" | "closed" | "open";
  /** Orders a second, unless saturating. */
  readonly rate?: number;
  /** Who orders, each client in turn: a customer orders for nobody else. */
  readonly customers: readonly Customer[];
}

export interface LoadResult {
  /** In the order of their answers. Times are milliseconds since 1970, with fractions. */
  readonly ids: readonly string[];
  /** When each order was due; when it was sent, where nothing is due. */
  readonly due: readonly number[];
  readonly answered: readonly number[];
  /** CPU seconds of the load itself, user and system. */
  readonly cpu: number;
}

export interface Customer {
  readonly id: string;
  /** Bearer token; absent where none is asked for. */
  readonly token?: string;
}
