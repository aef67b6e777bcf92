import type { Delivery } from "./delivery.ts";
import { MessagingError, PermanentError } from "./errors.ts";
import type { Inbox } from "./inbox.ts";
import { deadLetter, done, type Outcome, retry } from "./outcome.ts";
import type { Subscription } from "./subscription.ts";

/** A delivery that keeps the contract, with what handles it. */
export interface Item<Transaction> {
  readonly delivery: Delivery<unknown>;
  readonly subscription: Subscription<Transaction>;
}

export interface BatchOptions<Transaction> {
  readonly inbox: Inbox<Transaction>;
  readonly queue: string;
  /** Waits before a transaction is tried again that failed because the database is away; throws to give up. */
  readonly hold: (error: unknown) => Promise<void>;
  /** Told what a transaction failed with, unless the database is away. */
  readonly onThrown: (error: unknown) => void;
  /** Runs in each transaction, before its commit. */
  readonly alsoInTransaction?: (tx: Transaction) => Promise<void>;
}

/**
 * Applies items in one transaction and returns one outcome each. If that fails, takes them apart: each one
 * alone, in a transaction of its own, and one that still throws has failed by itself. A batch uses up no
 * attempt while the database is away. Ids must not repeat.
 * @throws only what `hold` throws
 */
export async function applyBatch<Transaction>(
  items: readonly Item<Transaction>[],
  options: BatchOptions<Transaction>,
): Promise<Outcome[]> {
  for (;;) {
    try {
      return await options.inbox.transaction((tx) => applyIn(tx, items, options));
    } catch (error) {
      if (options.inbox.isUnavailable(error)) {
        await options.hold(error);
        continue;
      }
      options.onThrown(error);
      if (items.length <= 1) return items.map(() => failed(error));
      break;
    }
  }
  const outcomes: Outcome[] = [];
  for (const item of items) outcomes.push(...(await applyBatch([item], options)));
  return outcomes;
}

async function applyIn<Transaction>(
  tx: Transaction,
  items: readonly Item<Transaction>[],
  { inbox, queue, alsoInTransaction }: BatchOptions<Transaction>,
): Promise<Outcome[]> {
  const fresh = await inbox.claim(
    tx,
    queue,
    items.map((item) => item.delivery.messageId),
  );

  // What is not fresh was done before, and stays `done`.
  const outcomes = new Map<string, Outcome>();
  for (const [subscription, deliveries] of grouped(items, fresh)) {
    const answers = await subscription.handle(deliveries, tx);
    for (const [index, { messageId }] of deliveries.entries())
      outcomes.set(messageId, answers[index] ?? done);
  }

  const notDone = [...outcomes].filter(([, outcome]) => outcome.kind !== "done").map(([id]) => id);
  if (notDone.length > 0) await inbox.unclaim(tx, queue, notDone);
  await alsoInTransaction?.(tx);
  return items.map((item) => outcomes.get(item.delivery.messageId) ?? done);
}

/** The fresh deliveries of each message, in order of arrival. */
function grouped<Transaction>(
  items: readonly Item<Transaction>[],
  fresh: ReadonlySet<string>,
): Map<Subscription<Transaction>, Delivery<unknown>[]> {
  const groups = new Map<Subscription<Transaction>, Delivery<unknown>[]>();
  for (const { subscription, delivery } of items) {
    if (!fresh.has(delivery.messageId)) continue;
    const group = groups.get(subscription);
    if (group) group.push(delivery);
    else groups.set(subscription, [delivery]);
  }
  return groups;
}

/** What a handler throws is taken for transient, unless it says that it is not. */
function failed(error: unknown): Outcome {
  const reason = describe(error);
  const permanent =
    error instanceof PermanentError || (error instanceof MessagingError && error.code === "message-invalid");
  return permanent ? deadLetter(reason) : retry(reason);
}

/** The first line of the error and of each of its causes: what follows may be a query with its values. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = `${error.name}: ${error.message.split("\n", 1)[0]}`;
  return error.cause === undefined ? own : `${own} (${describe(error.cause)})`;
}
