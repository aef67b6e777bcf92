/** Nothing may use a database before its schema is known to fit this build. */
import { readFileSync } from "node:fs";
import { type Log, pause } from "@rabbit-contract/messaging";
import pg from "pg";
import { Connection } from "./connection.ts";
import { asDatabaseError, levelOf, SchemaMismatch } from "./database-errors.ts";
import { type DatabaseTls, databaseConnection } from "./pool.ts";

export interface SchemaCheckOptions {
  readonly url: string;
  readonly tls?: DatabaseTls | undefined;
  readonly applicationName: string;
  /** The migrations that this build needs; drizzle-kit wrote the folder. */
  readonly folder: string;
  readonly log: Log;
}

/** Milliseconds between two attempts. */
const interval = 1_000;

/** Milliseconds that connecting, and the query, may take. */
const timeout = 3_000;

/**
 * Asks the database for its version until that is right: it has at least this build's migrations, or more while a newer
 * build is rolled out.
 */
export class SchemaCheck {
  readonly #options: SchemaCheckOptions;
  readonly #expected: number;
  readonly #stop = new AbortController();
  readonly #passed = Promise.withResolvers<void>();
  #failure: Error | undefined = asDatabaseError(
    new Error("the version of the database's schema is not known yet"),
    "connect",
  );

  constructor(options: SchemaCheckOptions) {
    this.#options = options;
    const journal: { entries: unknown[] } = JSON.parse(
      readFileSync(`${options.folder}/meta/_journal.json`, "utf8"),
    );
    this.#expected = journal.entries.length;
  }

  /** Resolves once the version is known to be right; never rejects. */
  get passed(): Promise<void> {
    return this.#passed.promise;
  }

  /** Resolves after the first attempt, and keeps trying in the background if that failed. */
  async start(): Promise<void> {
    await this.#attempt();
    if (this.#failure !== undefined) void this.#repeat();
  }

  stop(): void {
    this.#stop.abort();
  }

  /** Makes `pool` refuse connections, with the reason, until the check has passed. */
  guard(pool: pg.Pool): void {
    const { connect } = pool;
    const guarded = (callback?: (error: Error) => void) => {
      const failure = this.#failure;
      if (failure === undefined) return Reflect.apply(connect, pool, callback ? [callback] : []);
      if (callback === undefined) return Promise.reject(failure);
      callback(failure);
    };
    Object.assign(pool, { connect: guarded });
    void this.passed.then(() => Object.assign(pool, { connect }));
  }

  async #repeat(): Promise<void> {
    const { signal } = this.#stop;
    while (this.#failure !== undefined) {
      await pause(interval, signal);
      if (signal.aborted) return;
      await this.#attempt();
    }
    this.#options.log.info({ version: this.#expected }, "the database has the schema that this build needs");
  }

  async #attempt(): Promise<void> {
    const before = this.#failure?.message;
    try {
      await this.#check();
      this.#failure = undefined;
      this.#passed.resolve();
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      if (this.#failure.message === before) return;
      this.#options.log[levelOf(error)](
        { err: error },
        "the database cannot be used; checking again until it can",
      );
    }
  }

  async #check(): Promise<void> {
    const applied = await this.#applied();
    if (applied >= this.#expected) return;
    throw new SchemaMismatch(
      `the database is at migration ${applied}, this build needs ${this.#expected}: run the service's migrate command`,
    );
  }

  async #applied(): Promise<number> {
    const { url, tls, applicationName } = this.#options;
    const client = new Connection({
      ...databaseConnection(url, tls),
      application_name: applicationName,
      connectionTimeoutMillis: timeout,
      query_timeout: timeout,
    });
    client.on("error", () => {}); // the attempt fails with it
    try {
      await client.connect();
      const { rows } = await client.query<{ count: string }>("select count(*) from migrations");
      return Number(rows[0]?.count ?? 0);
    } catch (error) {
      if (error instanceof pg.DatabaseError && error.code === "42P01") return 0;
      throw asDatabaseError(error, "connect");
    } finally {
      client.end().catch(() => {}); // it is not used any more
    }
  }
}
