import type { ConsumeMessage } from "amqplib";
import type { Inbox } from "../consume/inbox.ts";
import { MessagingError } from "../errors.ts";
import { plainHeaders } from "../message/codec.ts";
import { uuidv7 } from "../message/uuid.ts";
import type { Observer } from "../observer.ts";
import type { Confirms } from "../publish/confirms.ts";
import type { ConsumedQueueDescriptor } from "../topology/topology.ts";
import type { HeldQueue } from "./held.ts";
import type { DeadLetterAction, DeadLetterJournal, JournalOutcome } from "./journal.ts";
import type { DeadLetter } from "./letter.ts";
import { replayed } from "./replay.ts";

export interface Acting<Transaction> {
  readonly action: DeadLetterAction;
  readonly runId: string;
  readonly queue: ConsumedQueueDescriptor;
  readonly held: HeldQueue;
  /** On the channel of `held`: when it goes, what was not acknowledged is dead as before. */
  readonly confirms: Confirms;
  readonly inbox: Inbox<Transaction>;
  readonly journal: DeadLetterJournal<Transaction>;
  readonly observer: Observer | undefined;
}

/** A dead letter that is held, and chosen. */
export interface Chosen {
  readonly message: ConsumeMessage;
  readonly letter: DeadLetter;
}

/** What became of a dead letter. */
export interface ActedOn {
  readonly letter: DeadLetter;
  /** What it failed with: it is still dead. Undefined when it is done, or would be. */
  readonly failure: string | undefined;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Replays or deletes held messages. First the intent is committed, then it is done, then the outcome is
 * committed, so that the journal never claims what did not happen. Interrupted at any point it loses nothing: a
 * message leaves the dead letters after the broker has confirmed it in its queue, and its consumer knows its id.
 *
 * @returns what became of each; messages that the broker refused stay dead, and are no error
 * @throws MessagingError, or what the database fails with: what became of some is not known
 */
export async function actOn<Transaction>(
  chosen: readonly Chosen[],
  acting: Acting<Transaction>,
): Promise<ActedOn[]> {
  const { action, runId, queue, inbox, journal } = acting;
  if (chosen.length === 0) return [];
  const entries = chosen.map(({ letter }) => ({ id: uuidv7(), letter }));
  await inbox.transaction(async (tx) => {
    await journal.begin(tx, action, runId, entries);
    // Another consumer of this message must not take it for the one that ended its process before.
    if (action.kind === "replay") await inbox.clearStarts(tx, queue.name, handledIds(chosen));
  });

  const ids = entries.map(({ id }) => id);
  const { outcomes, interruption } = await (action.kind === "replay" ? replayAll : deleteAll)(
    chosen,
    ids,
    acting,
  );
  await journal.end(outcomes);
  if (interruption !== undefined) throw interruption;
  const failures = new Map(outcomes.map(({ id, failure }) => [id, failure]));
  return entries.map(({ id, letter }) => ({ letter, failure: failures.get(id) }));
}

interface Outcomes {
  /** Of those of which it is known. */
  readonly outcomes: readonly JournalOutcome[];
  /** Why the others are not known. */
  readonly interruption: unknown;
}

async function replayAll<T>(
  chosen: readonly Chosen[],
  ids: readonly string[],
  acting: Acting<T>,
): Promise<Outcomes> {
  const results = await Promise.allSettled(chosen.map(({ message }) => replay(message, acting)));
  const outcomes: JournalOutcome[] = [];
  let interruption: unknown;
  for (const [index, { message }] of chosen.entries()) {
    const result = results[index];
    const id = ids[index] ?? "";
    if (result?.status === "fulfilled") {
      acting.held.ack(message);
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
  chosen: readonly Chosen[],
  ids: readonly string[],
  { held }: Acting<T>,
): Promise<Outcomes> {
  for (const { message } of chosen) held.ack(message);
  try {
    await held.flush();
  } catch (interruption) {
    return { outcomes: [], interruption };
  }
  return { outcomes: ids.map((id) => ({ id, failure: undefined })), interruption: undefined };
}

async function replay<T>(message: ConsumeMessage, { queue, confirms, observer }: Acting<T>): Promise<void> {
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

/** The broker has said, or amqplib knows, that the message is in no queue. */
function isRefusal(error: unknown): error is MessagingError {
  return (
    error instanceof MessagingError &&
    (error.code === "message-returned" ||
      error.code === "message-refused" ||
      error.code === "message-invalid")
  );
}

/** The ids that a consumer may have handled; it takes no others. */
function handledIds(chosen: readonly Chosen[]): string[] {
  const ids = chosen.flatMap(({ letter: { messageId } }) => messageId ?? []);
  return [...new Set(ids)].filter((id) => uuid.test(id));
}
