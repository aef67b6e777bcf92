import type { Item, Subscription } from "./handler.ts";

/**
 * Milliseconds for which deliveries whose transaction runs into a limit are held as they are: longer than most
 * migrations lock a table.
 */
export const patience = 120_000;

/**
 * Milliseconds for which messages that run into a limit alone are held in a queue without retry tiers. With `patience`
 * it is well below the broker's limit for unacknowledged deliveries, which is half an hour.
 */
export const longestHold = 600_000;

/** Maximum number of messages that are remembered. */
const capacity = 1_000;

/**
 * Messages that ran into a limit of time or memory alone. One failure does not show whether the database is slow or
 * locked for all, or the message needs a statement that always takes too long. Other messages of its type do: once one
 * of them has succeeded since then, the message is the cause, and its failures use up attempts. Until then it only lets
 * others pass.
 */
export class Suspects<Transaction> {
  /** When each last ran into a limit, by message id. */
  readonly #failed = new Map<string, number>();
  /** When a transaction with messages of a type last committed. */
  readonly #committed = new Map<Subscription<Transaction>, number>();

  has({ delivery }: Item<Transaction>): boolean {
    return this.#failed.has(delivery.messageId);
  }

  committed(subscription: Subscription<Transaction>, items: readonly Item<Transaction>[]): void {
    this.#committed.set(subscription, performance.now());
    for (const { delivery } of items) this.#failed.delete(delivery.messageId);
  }

  /**
   * It ran into a limit alone.
   * @param since when it, or the batch that it was in, first did, unless it is known already
   * @returns whether it is the cause
   */
  failed({ delivery, subscription }: Item<Transaction>, since: number): boolean {
    const { messageId } = delivery;
    const before = this.#failed.get(messageId) ?? since;
    this.#failed.delete(messageId);
    const [oldest] = this.#failed.keys();
    if (oldest !== undefined && this.#failed.size >= capacity) this.#failed.delete(oldest);
    this.#failed.set(messageId, performance.now());
    return (this.#committed.get(subscription) ?? Number.NEGATIVE_INFINITY) > before;
  }
}
