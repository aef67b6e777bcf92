import type { ConsumeMessage } from "amqplib";
import { v7 as uuidv7 } from "uuid";
import type { Inbox } from "../consume/inbox.ts";
import { MessagingError } from "../errors.ts";
import { isLowerCaseUuid } from "../message/formats.ts";
import { plainHeaders } from "../message/headers.ts";
import type { Observer } from "../observer.ts";
import type { Confirms } from "../publish/confirms.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import type { DeadLetter } from "./dead-letter.ts";
import type { HeldQueue } from "./held-queue.ts";
import type { DeadLetterAction, DeadLetterJournal, JournalOutcome } from "./journal.ts";
import { replayed } from "./replay.ts";

export interface ActionRun<Transaction> {
  readonly action: DeadLetterAction;
  readonly runId: string;
  readonly queue: ConsumedQueueDescriptor;
  readonly held: HeldQueue;
  /** On the channel of `held`: when that closes, what was not acknowledged is still in the dead-letter queue. */
  readonly confirms: Confirms;
  readonly inbox: Inbox<Transaction>;
  readonly journal: DeadLetterJournal<Transaction>;
  readonly observer: Observer | undefined;
}

/** A dead letter that is held and selected. */
export interface Selected {
  readonly message: ConsumeMessage;
  readonly deadLetter: DeadLetter;
}

/** What an action did to a dead letter. */
export interface ActionResult {
  readonly deadLetter: DeadLetter;
  /** Why it failed: it is still in the dead-letter queue. Undefined when it succeeded, or would in a dry run. */
  readonly failure: string | undefined;
}

/**
 * Replays or deletes held messages: commits the intent, acts, then commits the outcome, so that the journal never claims
 * what did not happen. An interruption at any point loses nothing: a message leaves the dead-letter queue only after the
 * broker has confirmed it in its own queue, whose consumer recognizes its id.
 *
 * @returns the result for each; messages that the broker refused stay in the dead-letter queue, which is no error
 * @throws MessagingError or the database's error: the results of some are unknown
 */
export async function actOn<Transaction>(
  selected: readonly Selected[],
  run: ActionRun<Transaction>,
): Promise<ActionResult[]> {
  const { action, runId, queue, inbox, journal } = run;
  if (selected.length === 0) return [];
  const entries = selected.map(({ deadLetter }) => ({ id: uuidv7(), deadLetter }));
  await inbox.transaction(async (tx) => {
    await journal.begin(tx, action, runId, entries);
    // Otherwise the consumer would count the starts from before its failure and quarantine it again.
    if (action.kind === "replay") await inbox.clearStarts(tx, queue.name, handledIds(selected));
  });

  const ids = entries.map(({ id }) => id);
  const { outcomes, interruption } = await (action.kind === "replay" ? replayAll : deleteAll)(
    selected,
    ids,
    run,
  );
  await journal.end(outcomes);
  if (interruption !== undefined) throw interruption;
  const failures = new Map(outcomes.map(({ id, failure }) => [id, failure]));
  return entries.map(({ id, deadLetter }) => ({ deadLetter, failure: failures.get(id) }));
}

interface Outcomes {
  /** Those that are known. */
  readonly outcomes: readonly JournalOutcome[];
  /** Why the others are unknown. */
  readonly interruption: unknown;
}

async function replayAll<T>(
  selected: readonly Selected[],
  ids: readonly string[],
  run: ActionRun<T>,
): Promise<Outcomes> {
  const results = await Promise.allSettled(selected.map(({ message }) => replay(message, run)));
  const outcomes: JournalOutcome[] = [];
  let interruption: unknown;
  for (const [index, { message }] of selected.entries()) {
    const result = results[index];
    const id = ids[index] ?? "";
    if (result?.status === "fulfilled") {
      run.held.ack(message);
      outcomes.push({ id, failure: undefined });
    } else if (isRefusal(result?.reason)) {
      outcomes.push({ id, failure: result.reason.message });
    } else {
      interruption ??= result?.reason;
    }
  }
  return { outcomes, interruption };
}

async function deleteAll<T>(
  selected: readonly Selected[],
  ids: readonly string[],
  { held }: ActionRun<T>,
): Promise<Outcomes> {
  for (const { message } of selected) held.ack(message);
  try {
    await held.flush();
  } catch (interruption) {
    return { outcomes: [], interruption };
  }
  return { outcomes: ids.map((id) => ({ id, failure: undefined })), interruption: undefined };
}

async function replay<T>(
  message: ConsumeMessage,
  { queue, confirms, observer }: ActionRun<T>,
): Promise<void> {
  const { publication, fallback } = replayed(message, queue);
  const started = performance.now();
  try {
    await confirms.publish(publication);
  } catch (error) {
    if (!(error instanceof MessagingError) || error.code !== "message-invalid") throw error;
    await confirms.publish(fallback);
  }
  observer?.replayed({
    queue: queue.name,
    exchange: queue.redeliveryExchange,
    messageId: message.properties.messageId,
    headers: plainHeaders(message),
    started,
  });
}

/** It is certain that the message is in no queue. */
function isRefusal(error: unknown): error is MessagingError {
  return (
    error instanceof MessagingError &&
    (error.code === "message-returned" ||
      error.code === "message-refused" ||
      error.code === "message-invalid")
  );
}

/** The ids that a consumer may have handled: it accepts only UUIDs. */
function handledIds(selected: readonly Selected[]): string[] {
  const ids = selected.flatMap(({ deadLetter: { messageId } }) => messageId ?? []);
  return [...new Set(ids)].filter(isLowerCaseUuid);
}
