/** Places orders while parts fail, waits until all are settled, and checks what happened to them. */
import { randomBytes } from "node:crypto";
import { pause } from "@rabbit-contract/messaging";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import type { ServiceName } from "../names.ts";
import { type Placed, readLedger } from "./ledger.ts";
import { type Caller, type IssueToken, PersistentRest } from "./rest.ts";
import type { Ledger, RunState } from "./schemas.ts";

export interface RunOptions {
  readonly issueToken: IssueToken;
  readonly count: number;
  readonly urls: Readonly<Record<ServiceName, string>>;
  /** Returns once no queue of a service has a message left. */
  readonly untilQuiet: (signal: AbortSignal) => Promise<void>;
}

/** Milliseconds: an order that is pending for longer than 15 minutes expires. */
const longestRun = 14 * 60_000;
/** Orders per second: slow enough that a person can stop a part meanwhile. */
const rate = 60;
const workers = 12;
const products = 3;
/**
 * Share of the ordered units that is in stock: the rest is rejected, so that the ledger can show that nothing is
 * oversold.
 */
const inStock = 0.9;
/** Milliseconds for notifications after the last order is settled. */
const patienceForNotifications = 60_000;

export class Run {
  readonly #options: RunOptions;
  readonly #name = `break-it-${randomBytes(4).toString("hex")}`;
  readonly #startedAt = new Date();
  readonly #end = new AbortController();
  readonly #rest: PersistentRest;
  readonly #operator: Caller = { roles: ["operator"], subject: this.#name };
  readonly #reader: Caller = { roles: ["reader"], subject: `${this.#name}-reader` };
  readonly #customer: Caller = { roles: ["customer"], subject: this.#name };
  readonly #accepted = new Map<string, Set<string>>();
  readonly #received = new Map<string, number>();
  #phase: RunState["phase"] = "placing";
  #settled = 0;
  #retries = 0;
  #duplicates = 0;
  #note: string | undefined;
  #ledger: Ledger | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#rest = new PersistentRest({
      issueToken: options.issueToken,
      urls: options.urls,
      signal: this.#end.signal,
      retried: (reason) => {
        this.#note = reason;
        if (this.#accepted.size > 0 && this.#phase === "placing") this.#retries++;
      },
    });
  }

  get state(): RunState {
    return {
      startedAt: this.#startedAt.toISOString(),
      wanted: this.#options.count,
      accepted: this.#accepted.size,
      retries: this.#retries,
      settled: this.#settled,
      duplicatesSent: this.#duplicates,
      phase: this.#phase,
      ...(this.#note !== undefined && { note: this.#note }),
      ...(this.#ledger && { ledger: this.#ledger }),
    };
  }

  get isOver(): boolean {
    return this.#phase === "done" || this.#phase === "failed";
  }

  /** Never rejects: the state says how it ended. */
  async go(): Promise<void> {
    await this.#bounded(async () => {
      await this.#prepare();
      const placed = this.#place().finally(() => {
        if (this.#phase === "placing") this.#phase = "settling";
      });
      await waitForAll([placed, this.#watchSettling()]);
      await this.#check();
    });
  }

  /** Checks a finished run again after duplicates were sent. */
  async duplicated(count: number): Promise<void> {
    this.#duplicates += count;
    if (this.#phase === "done") await this.#bounded(() => this.#check());
  }

  stop(): void {
    this.#end.abort(new Error("it was stopped"));
  }

  async #bounded(work: () => Promise<void>): Promise<void> {
    const timer = setTimeout(
      () => this.#end.abort(new Error(`it took longer than ${longestRun / 60_000} minutes`)),
      longestRun,
    );
    try {
      await work();
      this.#phase = "done";
      this.#note = undefined;
    } catch (error) {
      const cause = this.#end.signal.aborted ? this.#end.signal.reason : error;
      this.#phase = "failed";
      this.#note = cause instanceof Error ? cause.message : String(cause);
      this.#end.abort(cause);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Creates products for the run, so that nothing else changes their stock. */
  async #prepare(): Promise<void> {
    const { count } = this.#options;
    for (let index = 0; index < products; index++) {
      const sku = `${this.#name}-${index + 1}`.toUpperCase();
      const quantity = Math.max(1, Math.floor((count * inStock) / products));
      await this.#rest.call("inventory", "/products", {
        method: "POST",
        as: this.#operator,
        idempotencyKey: sku,
        body: { sku, name: `Break it ${index + 1}`, unitPrice: { amount: 100, currency: "EUR" } },
      });
      await this.#rest.call("inventory", `/products/${sku}/stock-movements`, {
        method: "POST",
        as: this.#operator,
        idempotencyKey: `${sku}-receipt`,
        body: { quantity, reason: "receipt" },
      });
      // The order service learns of a new product by message. The order is for more than is in stock, so it reserves
      // nothing.
      const probe = { customerId: `${this.#name}-probe`, lines: [{ sku, quantity: 1_000_000 }] };
      const as = { roles: ["customer"], subject: probe.customerId };
      await this.#rest.call("order", "/orders", { method: "POST", as, body: probe, retryOn: [422] });
      this.#received.set(sku, quantity);
    }
  }

  async #place(): Promise<void> {
    const skus = [...this.#received.keys()];
    const { count } = this.#options;
    const started = performance.now();
    let next = 0;
    const work = async () => {
      for (let index = next++; index < count; index = next++) {
        const early = started + (index * 1_000) / rate - performance.now();
        if (early > 0) await pause(early, this.#end.signal);
        const key = `${this.#name}-${index}`;
        const order = await this.#rest.call<{ id: string }>("order", "/orders", {
          method: "POST",
          as: this.#customer,
          idempotencyKey: key,
          body: {
            customerId: this.#name,
            lines: [{ sku: skus[index % skus.length], quantity: 1 }],
          },
        });
        this.#accepted.set(key, (this.#accepted.get(key) ?? new Set()).add(order.id));
        this.#note = undefined;
      }
    };
    await waitForAll(Array.from({ length: workers }, work));
  }

  /**
   * Waits until all are settled, counting accepted orders that are not pending. The check afterwards reads each order.
   */
  async #watchSettling(): Promise<void> {
    const query = `customerId=${encodeURIComponent(this.#name)}&status=pending`;
    do {
      await pause(500, this.#end.signal);
      const accepted = this.#accepted.size;
      const pending = await this.#rest.list<object>("order", `/orders?${query}`, this.#reader);
      this.#settled = Math.max(this.#settled, accepted - pending.length);
    } while (this.#phase === "placing" || this.#settled < this.#accepted.size);
  }

  async #check(): Promise<void> {
    this.#phase = "checking";
    await this.#options.untilQuiet(this.#end.signal);
    const placed: Placed = {
      customerId: this.#name,
      accepted: this.#accepted,
      received: this.#received,
    };
    const end = performance.now() + patienceForNotifications;
    do {
      this.#ledger = await readLedger(this.#rest, this.#reader, placed);
      if (this.#ledger.lost > 0) await pause(1_000, this.#end.signal);
    } while (this.#ledger.lost > 0 && performance.now() < end);
  }
}
