import { MessagingError, PermanentError } from "../errors.ts";
import type { Answered, Item, Subscription } from "./handler.ts";
import type { Fault, Inbox } from "./inbox.ts";
import { deadLetter, done, type Outcome, retry } from "./outcome.ts";
import { longestHold, patience, type Suspects } from "./suspects.ts";

/** `postpone`: to be tried again later, without an attempt used up. */
export type Applied = Outcome | Answered | { readonly kind: "postpone"; readonly reason: string };

export interface BatchOptions<Transaction> {
  readonly inbox: Inbox<Transaction>;
  readonly queue: string;
  /** Waits before a transaction that failed through no fault of its messages is retried; throws to give up. */
  readonly hold: (error: unknown, fault: Fault) => Promise<void>;
  /** Receives the error of a transaction that failed because of its messages or their handler. */
  readonly onThrown: (error: unknown) => void;
  /** Remembers messages between batches. */
  readonly suspects: Suspects<Transaction>;
  /** The queue has a retry tier, where a message can wait. */
  readonly canPostpone: boolean;
  /** The items may have been handled before. */
  readonly redelivered: boolean;
  /** Runs in each transaction, before its commit, with the ids of its messages. */
  readonly alsoInTransaction?: (tx: Transaction, messageIds: readonly string[]) => Promise<void>;
}

/**
 * Applies items and returns one outcome for each: the deliveries of each message type in one transaction, in order of
 * arrival. Types do not share a transaction: each handler locks rows in its own order, so two processes that ran several
 * handlers in one transaction could deadlock.
 *
 * If a transaction fails, its deliveries are halved until one fails alone: one bad message costs a number of
 * transactions that grows with the logarithm of the batch size. While the database is in trouble the deliveries are
 * held as they are, and no attempt is used up. Only a batch that runs into limits for longer than `patience` is split,
 * so that one statement that can never succeed does not stop the queue: see suspects.ts. In a queue without retry
 * tiers, the rest of the batch goes first, and messages that still fail are dead-lettered after `longestHold`. Ids must
 * be distinct.
 * @throws only what `hold` throws
 */
export async function applyBatch<Transaction>(
  items: readonly Item<Transaction>[],
  options: BatchOptions<Transaction>,
): Promise<Applied[]> {
  const outcomes = new Map<Item<Transaction>, Applied>();
  const { suspects, canPostpone } = options;
  const apply = async (
    subscription: Subscription<Transaction>,
    group: Item<Transaction>[],
    until?: number,
  ) => {
    const answers = await applyTogether(subscription, group, options, until);
    for (const [index, item] of group.entries()) outcomes.set(item, answers[index] ?? done);
  };
  for (const [subscription, group] of bySubscription(items)) {
    const apart = group.filter((item) => suspects.has(item));
    const together = group.filter((item) => !apart.includes(item));
    if (together.length > 0) await apply(subscription, together);
    for (const item of apart) await apply(subscription, [item], performance.now());
  }
  if (canPostpone) return items.map((item) => outcomes.get(item) ?? done);

  const waiting = items.filter((item) => outcomes.get(item)?.kind === "postpone");
  // Once more at once: if others have succeeded meanwhile, that decides it.
  for (const item of waiting) await apply(item.subscription, [item], performance.now());
  const end = performance.now() + longestHold;
  for (const item of waiting) {
    if (outcomes.get(item)?.kind === "postpone") await apply(item.subscription, [item], end);
    const outcome = outcomes.get(item);
    if (outcome?.kind === "postpone") outcomes.set(item, retry(outcome.reason));
  }
  return items.map((item) => outcomes.get(item) ?? done);
}

/** @param until `performance.now()` until which the items are held as they are while they run into limits */
async function applyTogether<Transaction>(
  subscription: Subscription<Transaction>,
  items: readonly Item<Transaction>[],
  run: BatchOptions<Transaction>,
  until?: number,
): Promise<Applied[]> {
  const { inbox, suspects, hold, onThrown } = run;
  let heldUntil = until;
  let claim = run.redelivered ? claimAnswered : claimUnanswered;
  for (;;) {
    try {
      const outcomes = await inbox.transaction((tx) => applyIn(tx, subscription, items, run, claim));
      suspects.committed(subscription, items);
      return outcomes;
    } catch (error) {
      if (inbox.isRepetition(error)) {
        claim = claimAnswered;
        continue;
      }
      const fault = isPermanent(error) ? "caller" : inbox.faultOf(error);
      const [only, ...others] = items;
      if (fault === "caller") {
        onThrown(error);
        if (others.length === 0) return items.map(() => failed(error));
        heldUntil = undefined;
        break;
      }
      if (fault === "suspect") {
        heldUntil ??= performance.now() + patience;
        if (performance.now() >= heldUntil) {
          if (others.length > 0) break;
          if (only && suspects.failed(only, heldUntil - patience)) return [failed(error)];
          if (only) return [{ kind: "postpone", reason: describe(error) }];
        }
      }
      await hold(error, fault);
    }
  }
  const half = Math.ceil(items.length / 2);
  return [
    ...(await applyTogether(subscription, items.slice(0, half), run, heldUntil)),
    ...(await applyTogether(subscription, items.slice(half), run, heldUntil)),
  ];
}

/** Claims messages, and returns those that were not handled before. */
type Claim = <Transaction>(
  run: BatchOptions<Transaction>,
  tx: Transaction,
  ids: readonly string[],
) => Promise<ReadonlySet<string>>;

const claimAnswered: Claim = ({ inbox, queue }, tx, ids) => inbox.claim(tx, queue, ids);

/** Nearly all messages that are delivered for the first time are new, so their handler need not wait for the answer. */
const claimUnanswered: Claim = async ({ inbox, queue }, tx, ids) => {
  inbox.claimNew(tx, queue, ids);
  return new Set(ids);
};

async function applyIn<Transaction>(
  tx: Transaction,
  subscription: Subscription<Transaction>,
  items: readonly Item<Transaction>[],
  run: BatchOptions<Transaction>,
  claim: Claim,
): Promise<(Outcome | Answered)[]> {
  const { inbox, queue, alsoInTransaction } = run;
  const deliveries = items.map((item) => item.delivery);
  const ids = deliveries.map(({ messageId }) => messageId);
  const fresh = await claim(run, tx, ids);

  // Messages that are not fresh were done before and stay `done`; a request is answered again.
  const outcomes = new Map<string, Outcome | Answered>();
  const toHandle = subscription.answers
    ? deliveries.map((delivery) =>
        fresh.has(delivery.messageId) ? delivery : { ...delivery, repeated: true },
      )
    : deliveries.filter(({ messageId }) => fresh.has(messageId));
  if (toHandle.length > 0) {
    const answers = await subscription.handle(toHandle, tx);
    for (const [index, { messageId }] of toHandle.entries()) outcomes.set(messageId, answers[index] ?? done);
  }

  const notDone = [...outcomes]
    .filter(([id, outcome]) => outcome.kind !== "done" && fresh.has(id))
    .map(([id]) => id);
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
