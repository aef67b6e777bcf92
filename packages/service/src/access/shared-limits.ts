/**
 * Makes limits apply to all processes of a service together. Each process counts in memory, and about once a second
 * adds what its busy clients have spent to a table, with one statement that returns what they have spent in all
 * processes.
 */
import { createHash } from "node:crypto";
import { FailureSpan, finishesWithin } from "@rabbit-contract/messaging";
import { addSpendings, type Database } from "@rabbit-contract/postgres";
import type { Job } from "../jobs/timer.ts";
import type { Logger } from "../log.ts";
import type { Client, ClientLimits, Report } from "./client-limits.ts";

export interface SharedLimitsOptions {
  readonly database: Pick<Database, "sql">;
  readonly log: Logger;
}

/** Milliseconds between two statements, while there are busy clients. */
const interval = 1_000;
/** The same, once a client has spent a second's worth: it may be doing so in other processes as well. */
const shortest = 100;
/** Maximum number of clients per statement: those that have spent most. */
const statementSize = 500;

interface Due {
  /** Name of the limits, the same in all processes. */
  readonly scope: string;
  readonly limits: ClientLimits;
}

interface Told {
  /** In the table. */
  readonly id: string;
  readonly limits: ClientLimits;
  readonly client: Client;
  readonly spent: number;
}

/** While the database is down, the limits apply to each process alone. */
export class SharedLimits implements Job {
  readonly name = "shared limits";
  readonly failures = new FailureSpan();
  readonly #options: SharedLimitsOptions;
  /** Clients to report. */
  readonly #due = new Map<Client, Due>();
  /** `performance.now()` of the first of them. */
  #dueSince = 0;
  /** One of them has spent a second's worth. */
  #urgent = false;
  #failing = false;
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** `performance.now()` of the next statement, and of the start of the last one. */
  #next = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  #running: Promise<void> | undefined;

  constructor(options: SharedLimitsOptions) {
    this.#options = options;
  }

  /** For limits of this name, the same in all processes. */
  report(scope: string): Report {
    return (limits, client, urgent) => {
      if (this.#due.size === 0) this.#dueSince = performance.now();
      this.#due.set(client, { scope, limits });
      this.#urgent ||= urgent;
      this.#plan();
    };
  }

  async stop(within: number): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    if (this.#running) await finishesWithin(within, this.#running);
  }

  #plan(): void {
    // A failed statement is tried again even without clients, to log when limits are shared again.
    if (this.#stopped || this.#running || (this.#due.size === 0 && !this.#failing)) return;
    const now = performance.now();
    const time = Math.max(now, this.#last + (this.#urgent && !this.#failing ? shortest : interval));
    if (time >= this.#next) return;
    clearTimeout(this.#timer);
    this.#next = time;
    this.#timer = setTimeout(() => {
      this.#running = this.#run();
    }, time - now);
  }

  async #run(): Promise<void> {
    const { log } = this.#options;
    this.#last = performance.now();
    this.#next = Number.POSITIVE_INFINITY;
    try {
      await this.#tell();
      if (this.#failing) log.info("rate limits hold in all processes together again");
      this.#failing = false;
      this.failures.succeeded();
    } catch (err) {
      if (!this.#failing)
        log.warn({ err }, "rate limits hold in each process alone until the database answers");
      this.#failing = true;
      this.failures.failed(err);
    } finally {
      this.#running = undefined;
      this.#plan();
    }
  }

  async #tell(): Promise<void> {
    const now = performance.now();
    const period = this.#due.size === 0 ? 0 : now - this.#dueSince;
    const told = this.#takeDue();
    const spendings = told.map(({ id, spent }) => ({ client: id, spent }));
    const owed = await addSpendings(this.#options.database, spendings, period);
    for (const { id, limits, client } of told) limits.learn(client, owed.get(id) ?? 0);
  }

  /**
   * They are reported once: if the statement fails, or there are too many of them, what they have spent counts only
   * here.
   */
  #takeDue(): readonly Told[] {
    const due = [...this.#due].map(([client, { scope, limits }]) => ({
      client,
      limits,
      scope,
      spent: limits.takeSpent(client),
    }));
    this.#due.clear();
    this.#urgent = false;
    if (due.length > statementSize) due.sort((one, other) => other.spent - one.spent);
    return due.slice(0, statementSize).map((one) => ({ ...one, id: idOf(one.scope, one.client) }));
  }
}

/** The table holds no names or addresses, and nothing longer than this. */
function idOf(scope: string, { key }: Client): string {
  return createHash("sha256").update(`${scope}\n${key}`).digest("base64url");
}
