/**
 * The answer to the first request with each idempotency key. It is written in that request's transaction, so a key is
 * known if and only if its request was carried out, even when the answer was lost with the connection.
 */
import { createHash } from "node:crypto";
import { getTableName, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { type Chore, deleteOlder } from "../retention.ts";
import type { Transaction } from "../transaction.ts";

export interface IdempotentRequest {
  readonly owner: string;
  readonly key: string;
  /** From `hashOf`; a request with the same key and another hash is refused. */
  readonly hash: string;
}

export interface FirstAnswer<Answer> {
  readonly status: number;
  readonly answer: Answer;
}

export class KeyReused extends Error {
  override readonly name = "KeyReused";

  constructor(key: string) {
    super(`The key "${key}" was used for another request. Repeat that request, or use a new key.`);
  }
}

/** A table like `idempotencyKeys`, whatever the names of its columns in the database. */
export type KeyTable = PgTable &
  Readonly<Record<"owner" | "key" | "requestHash" | "status" | "answer" | "createdAt", PgColumn>>;

/** Equal for equal requests. @param content what the request asks for, its properties always in the same order */
export function hashOf(content: object): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("base64url");
}

/** The keys in a service's table. Sets of requests are claimed and found with one statement each. */
export class IdempotencyKeys<Answer> {
  readonly #table: KeyTable;
  readonly #claimed: SQL;

  /** @param claimed the answer that a key has from its claim until `record` */
  constructor(table: KeyTable, claimed: SQL = sql`null`) {
    this.#table = table;
    this.#claimed = claimed;
  }

  /**
   * Claims each key for the first of the requests with it. Waits for running transactions that have claimed one of the
   * keys; keys of those that roll back are free again.
   * @returns the requests whose claims won, with the answers of the claims
   */
  async claim<Request extends IdempotentRequest>(
    { sql: executor }: Transaction,
    requests: readonly Request[],
    status: number,
  ): Promise<ReadonlyMap<Request, Answer>> {
    if (requests.length === 0) return new Map();
    const first = new Map<string, Request>();
    for (const request of requests) if (!first.has(nameOf(request))) first.set(nameOf(request), request);
    const values = [...first.values()].map(({ owner, key, hash }) => ({ owner, key, hash }));
    const { owner, key, requestHash, status: statusColumn, answer } = this.#columns;
    // Sorted, so that two transactions that claim the same keys cannot deadlock.
    const { rows } = await executor.execute<Claimed<Answer>>(sql`
      insert into ${this.#table} (${owner}, ${key}, ${requestHash}, ${statusColumn}, ${answer})
      select owner, key, hash, ${status}::int, ${this.#claimed}
      from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as claim (owner text, key text, hash text)
      order by owner, key
      on conflict do nothing
      returning ${owner} as owner, ${key} as key, ${answer} as answer`);
    const won = new Map<Request, Answer>();
    for (const row of rows) {
      const request = first.get(nameOf(row));
      if (request) won.set(request, row.answer);
    }
    return won;
  }

  /** Releases claims of this transaction, so that the next request with such a key is its first. */
  async release({ sql: executor }: Transaction, requests: readonly IdempotentRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const { owner, key } = this.#columns;
    await executor.execute(
      sql`delete from ${this.#table} where (${owner}, ${key}) in (${pairsOf(requests)})`,
    );
  }

  /**
   * The first answers, without those of unknown keys; a request that differs from its key's first one gets KeyReused.
   */
  async find<Request extends IdempotentRequest>(
    { sql: executor }: Transaction,
    requests: readonly Request[],
  ): Promise<ReadonlyMap<Request, FirstAnswer<Answer> | KeyReused>> {
    if (requests.length === 0) return new Map();
    const { owner, key, requestHash, status, answer } = this.#columns;
    const { rows } = await executor.execute<Claimed<Answer> & { hash: string; status: number }>(sql`
      select ${owner} as owner, ${key} as key, ${requestHash} as hash, ${status} as status, ${answer} as answer
      from ${this.#table} where (${owner}, ${key}) in (${pairsOf(requests)})`);
    const known = new Map(rows.map((row) => [nameOf(row), row]));
    const found = new Map<Request, FirstAnswer<Answer> | KeyReused>();
    for (const request of requests) {
      const row = known.get(nameOf(request));
      if (row) {
        const { hash, status, answer } = row;
        found.set(request, hash === request.hash ? { status, answer } : new KeyReused(request.key));
      }
    }
    return found;
  }

  /** Replaces what repetitions of the key's first request get. @param answer if it changes, too */
  async record(
    { sql: executor }: Pick<Transaction, "sql">,
    request: Pick<IdempotentRequest, "owner" | "key">,
    { status, answer }: { readonly status: number; readonly answer?: SQL },
  ): Promise<void> {
    const columns = this.#columns;
    await executor.execute(sql`
      update ${this.#table}
      set ${columns.status} = ${status}${answer === undefined ? sql`` : sql`, ${columns.answer} = ${answer}`}
      where ${columns.owner} = ${request.owner} and ${columns.key} = ${request.key}`);
  }

  /** Deletes keys older than `retention` milliseconds: the next request with one is its first. */
  forget(retention: number): Chore {
    return deleteOlder(getTableName(this.#table), this.#table.createdAt.name, retention);
  }

  /** Column names without the table's, as `insert` and `set` need them. */
  get #columns() {
    const { owner, key, requestHash, status, answer } = this.#table;
    return {
      owner: sql.identifier(owner.name),
      key: sql.identifier(key.name),
      requestHash: sql.identifier(requestHash.name),
      status: sql.identifier(status.name),
      answer: sql.identifier(answer.name),
    };
  }
}

/**
 * Does `work` for the first request with a key; equal requests wait for its transaction and get the same answer. If
 * `work` fails, the key is free again, since the transaction is rolled back.
 * @param request absent if it has no key
 * @throws KeyReused
 */
export async function answerOnce<Answer>(
  tx: Transaction,
  keys: IdempotencyKeys<unknown>,
  request: IdempotentRequest | undefined,
  work: () => Promise<FirstAnswer<Answer>>,
): Promise<FirstAnswer<Answer>> {
  if (request === undefined) return work();
  for (;;) {
    const won: boolean = (await keys.claim(tx, [request], 0)).has(request);
    if (won) {
      const first = await work();
      const { status, answer } = first;
      await keys.record(tx, request, { status, answer: sql`${JSON.stringify(answer)}::jsonb` });
      return first;
    }
    const first = (await keys.find(tx, [request])).get(request);
    if (first instanceof KeyReused) throw first;
    // Of the same call, since that is part of the hash. If it is missing, it expired between the two statements.
    if (first) return first as FirstAnswer<Answer>;
  }
}

interface Claimed<Answer> extends Record<string, unknown> {
  readonly owner: string;
  readonly key: string;
  readonly answer: Answer;
}

/** Identifies a key among those of all owners; a key has no spaces. */
function nameOf({ owner, key }: Pick<IdempotentRequest, "owner" | "key">): string {
  return `${key} ${owner}`;
}

function pairsOf(requests: readonly IdempotentRequest[]): SQL {
  const values = requests.map(({ owner, key }) => ({ owner, key }));
  return sql`
    select owner, key from jsonb_to_recordset(${JSON.stringify(values)}::jsonb) as pair (owner text, key text)`;
}
