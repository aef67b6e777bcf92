/** What operators do with messages that are parked in the outbox. */
import {
  type ActionProgress,
  type ActOptions,
  type DeadLetter,
  type DeadLetterAction,
  type DeadLetterPage,
  type DeadLetterStore,
  type ListOptions,
  type Log,
  listingLimits,
  matcherOf,
  type OpenedDeadLetter,
  type OutboxMessage,
  Page,
  traceIdOf,
  uuidv7,
} from "@rabbit-contract/messaging";
import { type SQL, sql } from "drizzle-orm";
import type { Journal } from "../dead-letters/journal.ts";
import { rfc3339 } from "../sql.ts";
import type { Database, Transaction } from "../transaction.ts";

export interface ParkedMessagesOptions {
  /** Operators address the outbox by this name, as if it were a queue. */
  readonly name: string;
  readonly database: Pick<Database, "sql" | "transaction">;
  readonly journal: Journal;
  readonly log: Log;
}

/** Rows that one statement reads, or one transaction replays or deletes. */
const chunkSize = 500;
/** Below every UUIDv7. */
const first = "00000000-0000-0000-0000-000000000000";

/**
 * The messages that are parked in the outbox, as dead letters. Replaying puts one back into the outbox with its id and
 * no attempts; the relay publishes it within a second. An action and its record are one transaction.
 */
export class ParkedMessages implements DeadLetterStore {
  readonly #options: ParkedMessagesOptions;

  constructor(options: ParkedMessagesOptions) {
    this.#options = options;
  }

  get queues(): readonly string[] {
    return [this.#options.name];
  }

  async list({ filter = {}, limit, after }: ListOptions): Promise<DeadLetterPage> {
    const { name: queue, database } = this.#options;
    const matches = matcherOf(filter);
    const page = new Page(limit, after);
    const messages = await this.#count();
    let examined = 0;
    let last = first;
    while (examined < listingLimits.messages) {
      const chunk = await this.#read(database, sql`id > ${last}::uuid order by id limit ${chunkSize}`);
      for (const deadLetter of chunk) if (matches(deadLetter)) page.add(deadLetter);
      examined += chunk.length;
      last = chunk.at(-1)?.id ?? last;
      if (chunk.length < chunkSize) break;
    }
    return {
      deadLetters: page.deadLetters,
      queues: [{ queue, messages: Math.max(messages, examined), examined }],
    };
  }

  async find(_queue: string, messageId: string): Promise<OpenedDeadLetter | undefined> {
    const { database } = this.#options;
    const [deadLetter] = await this.#read(database, sql`id::text = ${messageId}`);
    if (!deadLetter) return undefined;
    const { rows } = await database.sql.execute<Pick<OutboxMessage, "headers" | "content">>(sql`
      select headers, content from outbox where id = ${deadLetter.id}::uuid and parked_at is not null`);
    const [row] = rows;
    return row && { ...deadLetter, headers: row.headers, content: Buffer.from(row.content) };
  }

  async *act(
    action: DeadLetterAction,
    { dryRun = false, signal, runId = uuidv7() }: ActOptions = {},
  ): AsyncGenerator<ActionProgress, void> {
    const { log, database } = this.#options;
    const matches = matcherOf(action.filter);
    const counts = { runId, total: await this.#count(), examined: 0, matched: 0, done: 0, failed: 0 };
    const { kind, ...selection } = action;
    if (!dryRun) log.info({ ...selection, action: kind, runId }, "an operator acts on parked messages");
    try {
      yield { ...counts, results: [], complete: false };
      let last = first;
      while (!signal?.aborted) {
        const next = sql`id > ${last}::uuid order by id limit ${chunkSize}`;
        const { chunk, selected } = dryRun
          ? selectedOf(await this.#read(database, next), matches)
          : await this.#actOn(action, runId, next, matches);
        if (chunk.length === 0) break;
        last = chunk.at(-1)?.id ?? last;
        counts.examined += chunk.length;
        counts.matched += selected.length;
        if (!dryRun) counts.done += selected.length;
        const results = selected.map((deadLetter) => ({ deadLetter, failure: undefined }));
        yield { ...counts, results, complete: false };
      }
      yield { ...counts, results: [], complete: !signal?.aborted };
    } finally {
      if (!dryRun)
        log.info({ ...selection, action: kind, ...counts }, "an operator acted on parked messages");
    }
  }

  #actOn(action: DeadLetterAction, runId: string, next: SQL, matches: (letter: DeadLetter) => boolean) {
    const { database, journal } = this.#options;
    return database.transaction(async (tx) => {
      const found = selectedOf(await this.#read(tx, sql`${next} for update skip locked`), matches);
      if (found.selected.length === 0) return found;
      const entries = found.selected.map((deadLetter) => ({ id: uuidv7(), deadLetter }));
      await journal.begin(tx, action, runId, entries);
      const these = sql`id = any(${sql.param(found.selected.map(({ id }) => id))}::uuid[])`;
      await tx.sql.execute(
        action.kind === "delete"
          ? sql`delete from outbox where ${these}`
          : sql`update outbox set attempts = 0, refusal_reason = null, refusal = null, parked_at = null,
                  leased_until = clock_timestamp() where ${these}`,
      );
      await journal.end(
        entries.map(({ id }) => ({ id, failure: undefined })),
        tx,
      );
      return found;
    });
  }

  async #count(): Promise<number> {
    const { rows } = await this.#options.database.sql.execute<{ count: number }>(
      sql`select count(*)::int as count from outbox where parked_at is not null`,
    );
    return rows[0]?.count ?? 0;
  }

  /** Parked messages; `condition` may end with `order by`, `limit` and a lock. */
  async #read(executor: Pick<Transaction, "sql">, condition: SQL): Promise<DeadLetter[]> {
    const { rows } = await executor.sql.execute<{ letter: DeadLetter; traceparent: string | null }>(sql`
      select json_strip_nulls(json_build_object(
        'queue', ${this.#options.name}::text, 'id', id, 'messageId', id, 'type', type,
        'reason', coalesce(refusal_reason, 'other'), 'failureReason', refusal, 'attempts', attempts,
        'deadLetteredAt', ${rfc3339(sql`parked_at`)}, 'publishedAt', ${rfc3339(sql`created_at`)},
        'producer', service, 'correlationId', correlation_id, 'causationId', headers ->> 'causation-id',
        'originalExchange', exchange, 'originalRoutingKey', routing_key, 'contentBytes', octet_length(content)
      )) as letter, headers ->> 'traceparent' as traceparent
      from outbox where parked_at is not null and ${condition}`);
    return rows.map(({ letter, traceparent }) => {
      const traceId = traceIdOf(traceparent);
      return traceId === undefined ? letter : { ...letter, traceId };
    });
  }
}

function selectedOf(chunk: readonly DeadLetter[], matches: (letter: DeadLetter) => boolean) {
  return { chunk, selected: chunk.filter(matches) };
}
