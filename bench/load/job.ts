import type { OrderMix } from "./orders.ts";

/** The input of a load process. */
export interface LoadJob extends OrderMix {
  /** Replicas; clients are distributed over them. */
  readonly urls: readonly string[];
  readonly path: string;
  readonly orders: number;
  /** The first order's number. */
  readonly first: number;
  /** Connections, each with at most one request in flight. */
  readonly clients: number;
  /**
   * `saturating`: each client sends its next order at once. `closed`: each client sends its share of the rate, but
   * nothing while it waits for a response. `open`: orders arrive at random times at the rate; if no client is free, an
   * order waits, and its waiting time counts.
   */
  readonly mode: "saturating" | "closed" | "open";
  /** Orders per second, unless saturating. */
  readonly rate?: number;
  /** Assigned to the clients in turn; a customer orders only for itself. */
  readonly customers: readonly Customer[];
}

export interface LoadResult {
  /** In the order of the responses. Times are milliseconds since 1970, with fractions. */
  readonly ids: readonly string[];
  /** When each order was due; when it was sent, unless the load is open. */
  readonly due: readonly number[];
  readonly sent: readonly number[];
  readonly answered: readonly number[];
  /** CPU seconds of the load itself, user and system. */
  readonly cpu: number;
}

export interface Customer {
  readonly id: string;
  /** Bearer token, if the server needs one. */
  readonly token?: string;
}
