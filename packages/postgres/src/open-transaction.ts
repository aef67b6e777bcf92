/** Keeps a transaction's parts from being used after its end, when their connection serves another one. */
import type { OutboxMessage } from "@rabbit-contract/messaging";
import { isSQLWrapper, type SQL } from "drizzle-orm";
import { drizzle, type NodePgDatabase } from "drizzle-orm/node-postgres";
import { PgDialect } from "drizzle-orm/pg-core";
import type pg from "pg";

/** Methods that build a statement. Not `transaction`: it would commit the transaction in which it is called. */
const statements = ["execute", "select", "insert", "update", "delete"] as const;

/**
 * Everything done through it is committed together, or not at all. Once the work has ended its parts throw a
 * `TransactionMisuseError`; a statement that was not awaited by then fails the transaction.
 */
export interface Transaction {
  readonly sql: Pick<NodePgDatabase, (typeof statements)[number]>;
  /**
   * Sends a statement whose result is not needed, and returns without waiting for it. Later statements and the commit
   * follow it in the database, so it costs no round trip. If it fails, the transaction fails with its error.
   */
  send(statement: SQL): void;
  /** Messages that this transaction causes; written to the outbox table just before the commit. */
  readonly outbox: OutboxMessage[];
  /**
   * Called once it has committed, for example to count. What a callback throws is logged: the transaction stays
   * committed.
   */
  readonly afterCommit: (() => void)[];
}

/** What a transaction passes on to its commit. */
export interface Carried extends Pick<Transaction, "outbox" | "afterCommit"> {
  /** The answers to what was sent. */
  readonly sent: readonly Promise<unknown>[];
}

/** The code that runs in a transaction misuses it: a bug in that code. */
export class TransactionMisuseError extends Error {
  override readonly name = "TransactionMisuseError";
}

const isStatement = (key: string | symbol) => statements.some((name) => name === key);

interface Statement {
  /** As much as is built so far. */
  built: object;
}

/** Members that send a statement, or make it part of another one. */
const uses = new Set<string | symbol>(["then", "catch", "finally", "execute", "getSQL", "as"]);

/** Statements that end the transaction, which only `transaction` may do; rolling back to a savepoint is allowed. */
const endsTransaction =
  /^(?:\s|--.*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/)*(?:begin|start\s+transaction|commit|end|abort|rollback(?!\s+(?:work\s+|transaction\s+)?to)|prepare\s+transaction)\b/i;

/** Maximum number of characters of a statement that an error shows. */
const shownLength = 200;

const dialect = new PgDialect();

export class OpenTransaction implements Transaction {
  readonly #client: pg.PoolClient;
  readonly #sent: Promise<unknown>[] = [];
  readonly #sql: Transaction["sql"];
  readonly #outbox: OutboxMessage[] = [];
  readonly #afterCommit: (() => void)[] = [];
  /** Statements that were sent and not answered, with their texts. */
  readonly #running = new Map<Promise<unknown>, string>();
  /** Statements that were not awaited yet: drizzle sends them only then. */
  readonly #unsent = new Set<Statement>();
  #ended = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    // A statement that was built before the end and is awaited after it gets here.
    const query = (config: pg.QueryConfig, values?: unknown[]) => {
      this.#requireOpen("sql");
      if (endsTransaction.test(config.text)) throw forbidden(shown(config.text));
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
        if (isStatement(key))
          return (...given: unknown[]) => this.#build(Reflect.apply(Reflect.get(sql, key), sql, given));
        if (key in sql) throw forbidden(`sql.${String(key)}`);
        return undefined;
      },
    });
  }

  get sql(): Transaction["sql"] {
    this.#requireOpen("sql");
    return this.#sql;
  }

  send(statement: SQL): void {
    this.#requireOpen("send");
    const { sql: text, params: values } = dialect.sqlToQuery(statement);
    if (endsTransaction.test(text)) throw forbidden(shown(text));
    const answer = this.#client.query({ text, values });
    answer.catch(() => {}); // reported with the commit
    this.#sent.push(answer);
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
  finish(): Carried {
    this.end();
    const [running] = this.#running.values();
    if (running !== undefined) throw unawaited("still running", running);
    const [unsent] = this.#unsent;
    if (unsent !== undefined) throw unawaited("never awaited, and so not sent,", textOf(unsent.built));
    // A copy that the relay may change: tracing gives each message its own context.
    return { sent: this.#sent, outbox: [...this.#outbox], afterCommit: this.#afterCommit };
  }

  /** Resolves once everything sent is answered, with the first error if there is one. */
  async failure(): Promise<unknown> {
    const answers = await Promise.allSettled(this.#sent);
    return answers.find((answer) => answer.status === "rejected")?.reason;
  }

  #build(built: object): object {
    const statement = { built };
    this.#unsent.add(statement);
    return this.#watch(statement, built);
  }

  /** Watches a statement that is being built until it is used. */
  #watch<Built>(statement: Statement, built: Built): Built {
    if (typeof built !== "object" || built === null) return built;
    statement.built = built;
    return new Proxy(built, {
      get: (target, key) => {
        if (uses.has(key)) this.#unsent.delete(statement);
        const value: unknown = Reflect.get(target, key);
        if (typeof value !== "function") return value;
        if (uses.has(key)) return value.bind(target);
        return (...given: unknown[]) => this.#watch(statement, Reflect.apply(value, target, given));
      },
    });
  }

  #requireOpen(part: keyof Transaction): void {
    if (!this.#ended) return;
    throw new TransactionMisuseError(
      `\`${part}\` of a transaction is used after its end: await everything that uses it inside of \`transaction\``,
    );
  }
}

function forbidden(use: string): TransactionMisuseError {
  return new TransactionMisuseError(
    `\`${use}\` is not allowed in a transaction: it is committed once the work given to \`transaction\` has ended, or rolled back if that throws`,
  );
}

function unawaited(fault: string, text: string): TransactionMisuseError {
  return new TransactionMisuseError(
    `the transaction is rolled back, as a statement was ${fault} when its work ended; await it: ${shown(text)}`,
  );
}

/** The text of a statement that drizzle builds; the builder's name if it is incomplete. */
function textOf(built: object): string {
  return isSQLWrapper(built) ? dialect.sqlToQuery(built.getSQL()).sql : built.constructor.name;
}

function shown(text: string): string {
  return text.replace(/\s+/g, " ").trim().slice(0, shownLength);
}
