/** Keeps a transaction's parts from being used after its end, when their connection serves another one. */
import type { OutboxMessage } from "@rabbit-contract/messaging";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import type pg from "pg";

/**
 * Everything done through it is committed together, or not at all. Once the work has ended its parts throw a
 * `TransactionMisuseError`; a statement that was not awaited by then fails the transaction.
 */
export interface Transaction {
  readonly sql: NodePgDatabase;
  /** Messages that this transaction causes; written to the outbox table just before the commit. */
  readonly outbox: OutboxMessage[];
  /** Called once it has committed, such as for counters. What they throw is logged: the transaction stays committed. */
  readonly afterCommit: (() => void)[];
}

/** The code that runs in a transaction uses it wrongly; what it says is a bug there. */
export class TransactionMisuseError extends Error {
  override readonly name = "TransactionMisuseError";
}

type Statement = ReturnType<NodePgDatabase["execute"]>;

/** Characters of a statement that an error shows, at most. */
const shownLength = 200;

export class OpenTransaction implements Transaction {
  readonly #sql: NodePgDatabase;
  readonly #outbox: OutboxMessage[] = [];
  readonly #afterCommit: (() => void)[] = [];
  /** Statements that were sent and not answered, with their texts. */
  readonly #running = new Map<Promise<unknown>, string>();
  /** Statements that were not awaited yet: drizzle sends them only then. */
  readonly #unsent = new Set<Statement>();
  #ended = false;

  constructor(client: pg.PoolClient) {
    // What was built before the end and is awaited after it comes here.
    const query = (config: pg.QueryConfig, values?: unknown[]) => {
      this.#requireOpen("sql");
      const answer = client.query(config, values);
      this.#running.set(answer, config.text);
      const answered = () => this.#running.delete(answer);
      answer.then(answered, answered);
      return answer;
    };
    const guarded: pg.PoolClient = Object.create(client, { query: { value: query } });
    this.#sql = new Proxy(drizzle({ client: guarded }), {
      get: (sql, key) => {
        this.#requireOpen("sql");
        if (key !== "execute") return Reflect.get(sql, key);
        return (query: Parameters<NodePgDatabase["execute"]>[0]) => this.#expect(sql.execute(query));
      },
    });
  }

  get sql(): NodePgDatabase {
    this.#requireOpen("sql");
    return this.#sql;
  }

  get outbox(): OutboxMessage[] {
    this.#requireOpen("outbox");
    return this.#outbox;
  }

  get afterCommit(): (() => void)[] {
    this.#requireOpen("afterCommit");
    return this.#afterCommit;
  }

  /** From now on every use throws. */
  end(): void {
    this.#ended = true;
    Object.freeze(this.#outbox);
    Object.freeze(this.#afterCommit);
  }

  /**
   * Ends it, and returns what it carries.
   * @throws TransactionMisuseError when a statement was not awaited: it would run in another transaction, or not at all
   */
  finish(): Pick<Transaction, "outbox" | "afterCommit"> {
    this.end();
    const [running] = this.#running.values();
    if (running !== undefined) throw unawaited("still running", running);
    const [unsent] = this.#unsent;
    if (unsent !== undefined) throw unawaited("never awaited, and so not sent,", unsent.getQuery().sql);
    // A copy, which the relay may change: tracing gives each message a context of its own.
    return { outbox: [...this.#outbox], afterCommit: this.#afterCommit };
  }

  #expect(statement: Statement): Statement {
    this.#unsent.add(statement);
    const { execute } = statement;
    statement.execute = () => {
      this.#unsent.delete(statement);
      return execute();
    };
    return statement;
  }

  #requireOpen(part: keyof Transaction): void {
    if (!this.#ended) return;
    throw new TransactionMisuseError(
      `\`${part}\` of a transaction is used after its end: await everything that uses it inside of \`transaction\``,
    );
  }
}

function unawaited(fault: string, text: string): TransactionMisuseError {
  const shown = text.replace(/\s+/g, " ").trim().slice(0, shownLength);
  return new TransactionMisuseError(
    `the transaction is rolled back, as a statement was ${fault} when its work ended; await it: ${shown}`,
  );
}
