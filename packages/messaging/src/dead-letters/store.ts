import type { ActionResult } from "./act.ts";
import type { DeadLetter, OpenedDeadLetter } from "./dead-letter.ts";
import type { DeadLetterFilter } from "./filter.ts";
import type { DeadLetterAction } from "./journal.ts";
import type { PagePosition } from "./page.ts";

export interface ListOptions {
  /** @default all queues of the service */
  readonly queue?: string;
  readonly filter?: DeadLetterFilter;
  readonly limit: number;
  /** Returns only dead letters after this position: `positionOf` the last one of the previous page. */
  readonly after?: PagePosition | undefined;
}

export interface DeadLetterPage {
  /** Oldest first. */
  readonly deadLetters: readonly DeadLetter[];
  readonly queues: readonly DeadLetterQueueStatus[];
}

export interface DeadLetterQueueStatus {
  readonly queue: string;
  /** Dead letters that no process held when the listing began. */
  readonly messages: number;
  /** How many of them were examined; fewer than `messages` when `listingLimits` was reached. */
  readonly examined: number;
}

export interface ActOptions {
  /** Only reports which dead letters match. @default false */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** UUIDv7. @default a new one */
  readonly runId?: string;
}

export interface ActionProgress {
  /** UUIDv7; the journal records it with each message. */
  readonly runId: string;
  /** Dead letters in the selected queues when the action began. */
  readonly total: number;
  readonly examined: number;
  /** Those that match the filter. */
  readonly matched: number;
  readonly done: number;
  /** Still dead. */
  readonly failed: number;
  /** Results since the last report. */
  readonly results: readonly ActionResult[];
  /** This is the last report, and everything was examined. */
  readonly complete: boolean;
}

/** A listing examines at most this many messages of a queue, and stops sooner when it has read this many bytes. */
export const listingLimits = { messages: 10_000, bytes: 256 * 1024 * 1024 } as const;

/**
 * A service's dead letters, and what operators do with them. All methods throw RangeError for a queue of another
 * service.
 */
export interface DeadLetterStore {
  readonly queues: readonly string[];

  /** A page of dead letters, oldest first, of those within `listingLimits`; replaying and deleting have no such limits. */
  list(options: ListOptions): Promise<DeadLetterPage>;

  /** The dead letter with its content; one of them when there are several copies. */
  find(queue: string, messageId: string): Promise<OpenedDeadLetter | undefined>;

  /**
   * Replays or deletes the dead letters that match, and reports progress, first before anything is done. A replayed message
   * keeps its id and content, and its attempts start over; one that fails again is not replayed a second time by the same
   * call. Ends early when `signal` is aborted or the caller stops iterating; the rest stays where it is.
   *
   * @throws also the database's errors. An interruption at any point loses nothing and repeats no effects: call it again.
   */
  act(action: DeadLetterAction, options?: ActOptions): AsyncGenerator<ActionProgress, void>;
}

/** Those that `queue` names, or all. @throws RangeError when it names none */
export function selectedFrom<Queue extends { readonly name: string }>(
  queues: readonly Queue[],
  queue: string | undefined,
): readonly Queue[] {
  if (queue === undefined) return queues;
  const selected = queues.filter(({ name }) => name === queue);
  if (selected.length > 0) return selected;
  const names = queues.map(({ name }) => name).join(", ");
  throw new RangeError(`the service has no queue "${queue}", only ${names}`);
}
