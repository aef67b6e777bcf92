import { MessagingError, PermanentError } from "../errors.ts";
import type { Delivery, Subscription } from "./handler.ts";
import type { Fault, Inbox } from "./inbox.ts";
import { deadLetter, done, type Outcome, retry } from "./outcome.ts";

/** A delivery that keeps the contract, and its handler. */
export interface Item<Transaction> {
  readonly delivery: Delivery<unknown>;
  readonly subscription: Subscription<Transaction>;
}

export interface BatchOptions<Transaction> {
  readonly inbox: Inbox<Transaction>;
  readonly queue: string;
  /** Waits before a transaction that failed through no fault of its messages is retried; throws to give up. */
  readonly hold: (error: unknown, fault: Fault) => Promise<void>;
  /** Receives what a transaction failed with through a fault of its messages or of their handler. */
  readonly onThrown: (error: unknown) => void;
  /** Runs in each transaction, before its commit, with the ids of its messages. */
  readonly alsoInTransaction?: (tx: Transaction, messageIds: readonly string[]) => Promise<void>;
}

/**
 * Applies items and returns one outcome for each: the deliveries of each message type in one transaction, in order of
 * arrival. Types do not share a transaction: each handler locks rows in its own order, so two processes that ran several
 * handlers in one transaction could deadlock.
 *
 * If a transaction fails, its deliveries are halved until one fails alone: one bad message costs a number of transactions
 * that grows with the logarithm of the batch size. While the database is in trouble the deliveries are held as they are,
 * and no attempt is used up. Ids must be distinct.
 * @throws only what `hold` throws
 */
export async function applyBatch<Transaction>(
  items: readonly Item<Transaction>[],
  options: BatchOptions<Transaction>,
): Promise<Outcome[]> {
  const outcomes = new Map<Item<Transaction>, Outcome>();
  for (const [subscription, group] of bySubscription(items)) {
    const answers = await applyTogether(subscription, group, options);
    for (const [index, item] of group.entries()) outcomes.set(item, answers[index] ?? done);
  }
  return items.map((item) => outcomes.get(item) ?? done);
}

async function applyTogether<Transaction>(
  subscription: Subscription<Transaction>,
  items: readonly Item<Transaction>[],
  options: BatchOptions<Transaction>,
): Promise<Outcome[]> {
  for (;;) {
    try {
      return await options.inbox.transaction((tx) => applyIn(tx, subscription, items, options));
    } catch (error) {
      const fault = isPermanent(error) ? "caller" : options.inbox.faultOf(error);
      if (fault !== "caller") {
        await options.hold(error, fault);
        continue;
      }
      options.onThrown(error);
      if (items.length <= 1) return items.map(() => failed(error));
      break;
    }
  }
  const half = Math.ceil(items.length / 2);
  return [
    ...(await applyTogether(subscription, items.slice(0, half), options)),
    ...(await applyTogether(subscription, items.slice(half), options)),
  ];
}

async function applyIn<Transaction>(
  tx: Transaction,
  subscription: Subscription<Transaction>,
  items: readonly Item<Transaction>[],
  { inbox, queue, alsoInTransaction }: BatchOptions<Transaction>,
): Promise<Outcome[]> {
  const deliveries = items.map((item) => item.delivery);
  const ids = deliveries.map(({ messageId }) => messageId);
  const fresh = await inbox.claim(tx, queue, ids);

  // Whatever is not fresh was done before and stays `done`.
  const outcomes = new Map<string, Outcome>();
  const toHandle = deliveries.filter(({ messageId }) => fresh.has(messageId));
  if (toHandle.length > 0) {
    const answers = await subscription.handle(toHandle, tx);
    for (const [index, { messageId }] of toHandle.entries()) outcomes.set(messageId, answers[index] ?? done);
  }

  const notDone = [...outcomes].filter(([, outcome]) => outcome.kind !== "done").map(([id]) => id);
  if (notDone.length > 0) await inbox.unclaim(tx, queue, notDone);
  await alsoInTransaction?.(tx, ids);
  return deliveries.map(({ messageId }) => outcomes.get(messageId) ?? done);
}

/** In order of arrival, both within the groups and between them. */
function bySubscription<Transaction>(
  items: readonly Item<Transaction>[],
): Map<Subscription<Transaction>, Item<Transaction>[]> {
  const groups = new Map<Subscription<Transaction>, Item<Transaction>[]>();
  for (const item of items) {
    const group = groups.get(item.subscription);
    if (group) group.push(item);
    else groups.set(item.subscription, [item]);
  }
  return groups;
}

/** An error is transient unless it says otherwise. */
function failed(error: unknown): Outcome {
  const reason = describe(error);
  return isPermanent(error) ? deadLetter(reason) : retry(reason);
}

/** The handler has decided, whatever the cause. */
function isPermanent(error: unknown): boolean {
  return (
    error instanceof PermanentError || (error instanceof MessagingError && error.code === "message-invalid")
  );
}

/** The first line of the error and of each of its causes; further lines may hold a query with its values. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const own = `${error.name}: ${error.message.split("\n", 1)[0]}`;
  return error.cause === undefined ? own : `${own} (${describe(error.cause)})`;
}
