/** Sends the e-mails in the table of deliveries. */
import { atMostEvery, FailureSpan, finishesWithin, pause } from "@rabbit-contract/messaging";
import { type Database, databaseFaultOf } from "@rabbit-contract/postgres";
import type { Job, Logger } from "@rabbit-contract/service";
import { sql } from "drizzle-orm";
import { oneLine } from "../text.ts";
import { type DueEmail, recordFailure, recordSent, takeDueEmail } from "./deliveries.ts";
import { concurrency, MailError, type Mailer } from "./smtp.ts";

export interface EmailSenderOptions {
  readonly database: Pick<Database, "sql">;
  readonly mailer: Mailer;
  readonly log: Logger;
}

/** Milliseconds between two polls of the table; `wake` polls at once. */
const pollInterval = 1_000;
const maxAttempts = 10;
/** Milliseconds until an e-mail is retried; tripled after each attempt, up to an hour. */
const firstRetry = 5_000;
const longestRetry = 3_600_000;
/** Milliseconds until an unavailable SMTP server or database is retried; for the server, doubled up to half a minute. */
const firstPause = 5_000;
const longestPause = 30_000;
/** Milliseconds between attempts to record an outcome while the database is unavailable. */
const recordInterval = 250;

/**
 * Any number of senders in any number of processes may share a table: each e-mail is sent by one of them, once, unless
 * that process dies, or loses the database for longer than the lease, before `sent` is recorded.
 */
export class EmailSender implements Job {
  readonly name = "e-mails";
  readonly failures = new FailureSpan();
  readonly #options: EmailSenderOptions;
  readonly #warn = atMostEvery(10_000);
  readonly #workers = new Set<Promise<void>>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #taking = false;
  #woken = false;
  #stopped = false;
  /** `performance.now()` until which nothing is tried, because the server or the database is unavailable. */
  #pausedUntil = 0;
  #pause = 0;
  #databaseWasAway = false;
  /** `performance.now()` after which an unrecorded outcome is abandoned. */
  #deadline = Number.POSITIVE_INFINITY;

  constructor(options: EmailSenderOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), pollInterval);
    this.wake();
  }

  /** Polls at once: call it after every commit that may contain an e-mail. */
  wake(): void {
    this.#woken = true;
    if (this.#taking || !this.#mayWork || this.#workers.size >= concurrency) return;
    const worker = this.#work().finally(() => this.#workers.delete(worker));
    this.#workers.add(worker);
  }

  /**
   * Takes no more e-mails, waits up to `timeout` milliseconds for those in progress to be sent and recorded, and closes the
   * mailer. The others stay in the table.
   */
  async stop(timeout: number): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#deadline = performance.now() + timeout;
    await finishesWithin(timeout, Promise.all(this.#workers));
    this.#options.mailer.close();
  }

  get #mayWork(): boolean {
    return !this.#stopped && performance.now() >= this.#pausedUntil;
  }

  async #work(): Promise<void> {
    while (this.#mayWork) {
      const email = await this.#take();
      if (email) {
        // Meanwhile another worker polls for more.
        this.wake();
        await this.#deliver(email);
      } else if (!this.#woken) {
        return;
      }
    }
  }

  async #take(): Promise<DueEmail | undefined> {
    const { database } = this.#options;
    this.#taking = true;
    this.#woken = false;
    try {
      if (this.#databaseWasAway) {
        // Leases may have expired meanwhile: outcomes are recorded first.
        await database.sql.execute(sql`select 1`);
        this.#databaseWasAway = false;
        this.#pauseFor(4 * recordInterval);
        return undefined;
      }
      return await takeDueEmail(database.sql);
    } catch (error) {
      this.#databaseWasAway = true;
      this.#pauseFor(firstPause);
      this.#reportDatabase(error, "cannot read the e-mails that are due; will retry");
      return undefined;
    } finally {
      this.#taking = false;
    }
  }

  async #deliver(email: DueEmail): Promise<void> {
    const { mailer } = this.#options;
    if (email.attempt > maxAttempts) {
      // The process died during the last attempt, so its failure was never recorded.
      return this.#fail(
        email,
        new Error(`the process died during the last of ${maxAttempts} attempts`),
        true,
      );
    }
    try {
      await mailer.send(toEmail(email));
    } catch (error) {
      return this.#fail(email, error, error instanceof MailError && error.permanent);
    }
    this.failures.succeeded();
    this.#pause = 0;
    await this.#record(email, (database) => recordSent(database, email));
  }

  async #fail(email: DueEmail, error: unknown, permanent: boolean): Promise<void> {
    const { log } = this.#options;
    const { notificationId, orderId, attempt } = email;
    const fields = { err: error, notificationId, correlationId: orderId ?? undefined, attempt };
    if (error instanceof MailError && error.radius === "server") {
      this.failures.failed(error);
      this.#pauseForServer();
    } else {
      this.failures.succeeded();
      this.#pause = 0;
    }
    const reason = oneLine(error instanceof Error ? error.message : String(error), 500);
    // While the server is down or misconfigured, no e-mail is given up, however long that lasts.
    const counts = !(error instanceof MailError && error.beforehand);
    if (permanent || (counts && attempt >= maxAttempts)) {
      log.error(fields, "an e-mail cannot be delivered and is abandoned");
      await this.#record(email, (database) => recordFailure(database, email, { reason, counts }));
    } else {
      if (!(error instanceof MailError) || error.mayBeSent) {
        log.warn(
          fields,
          "an e-mail may have been sent, but the server did not confirm it; it will be retried",
        );
      } else {
        const message = "an e-mail was not sent; it will be retried";
        this.#warn((suppressed) => log.warn({ ...fields, suppressed }, message), message);
      }
      const retryIn = Math.min(firstRetry * 3 ** (attempt - 1), longestRetry);
      await this.#record(email, (database) => recordFailure(database, email, { reason, retryIn, counts }));
    }
  }

  /** Retries until the outcome is recorded; otherwise the e-mail would be sent again. */
  async #record(
    { notificationId }: DueEmail,
    write: (database: Database["sql"]) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      try {
        return await write(this.#options.database.sql);
      } catch (error) {
        this.#databaseWasAway = true;
        this.#reportDatabase(error, "cannot record the outcome of an e-mail; will retry");
        if (performance.now() > this.#deadline) {
          const message = "stopping before the outcome of an e-mail was recorded: it may be sent again";
          this.#options.log.error({ err: error, notificationId }, message);
          return;
        }
        await pause(recordInterval);
      }
    }
  }

  #pauseFor(milliseconds: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, performance.now() + milliseconds);
  }

  #pauseForServer(): void {
    // Concurrent attempts fail together, which counts once.
    if (!this.#mayWork) return;
    this.#pause = Math.min(Math.max(2 * this.#pause, firstPause), longestPause);
    this.#pauseFor(this.#pause);
  }

  #reportDatabase(error: unknown, message: string): void {
    const fault = databaseFaultOf(error);
    const level = fault === "unavailable" || fault === "conflict" || fault === "suspect" ? "warn" : "error";
    this.#warn((suppressed) => this.#options.log[level]({ err: error, suppressed }, message), message);
  }
}

function toEmail({ notificationId, recipient, name, subject, body }: DueEmail) {
  const called = oneLine(name ?? "", 100);
  return {
    messageId: `${notificationId}.email`,
    to: { address: recipient, ...(called !== "" && { name: called }) },
    subject: oneLine(subject, 300),
    text: `${called === "" ? "Hello" : `Hello ${called}`},\n\n${body}\n`,
  };
}
