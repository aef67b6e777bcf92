/** What a service removes once it is old. */
import type { Database } from "./database.ts";

/** Rows of one kind that grow old. */
export interface Chore {
  /** For the log, e.g. "inbox". */
  readonly name: string;
  /**
   * Deals with up to `limit` rows in one short transaction, and passes over rows that others hold: replicas may
   * do it at once.
   * @returns how many rows it has removed; 0 when there is nothing left to do
   */
  readonly run: (sql: Database["sql"], limit: number) => Promise<number>;
}
