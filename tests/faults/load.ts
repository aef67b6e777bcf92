import { setTimeout as delay } from "node:timers/promises";
import { authorization } from "@orders/stack/testing/access";
import { waitFor } from "@rabbit-contract/messaging/testing";
import type { Line, Product } from "./products.ts";
import type { Random } from "./random.ts";
import type { FaultSystem } from "./system.ts";

export interface LoadOptions {
  readonly system: FaultSystem;
  readonly random: Random;
  readonly products: readonly Product[];
  readonly orders: number;
  /** Concurrent clients; each places its next order once the last one is accepted. @default 100 */
  readonly clients?: number;
  /** Maximum orders per second of all clients together. @default unlimited */
  readonly rate?: number;
  /** Share of orders that are cancelled, among those for plentiful products. @default 0.1 */
  readonly cancels?: number;
  /** Share of orders that are shipped, if confirmed by then. @default 0.1 */
  readonly ships?: number;
  /** Milliseconds that a call may take, including its retries. @default 120_000 */
  readonly patience?: number;
  /** Prefix of the idempotency keys; two loads of one system must not share it. @default "order" */
  readonly keys?: string;
  /** The lines of an order. @default one to three products, one to three of each */
  readonly lines?: (choices: Random) => readonly Line[];
}

export interface Order {
  readonly number: number;
  readonly id: string;
  readonly lines: readonly Line[];
}

/**
 * Well-behaved clients: they retry unanswered calls with the same idempotency key, respect `Retry-After`, and record
 * what was accepted.
 */
export class Load {
  /** The orders answered with 202. */
  readonly accepted: Order[] = [];
  /** Answers that a client must never see. */
  readonly violations = new Set<string>();
  /** 503 answers. One without Retry-After is also a violation. */
  unavailable = 0;
  /** Calls that got no answer. */
  unanswered = 0;
  /** Resolves when all orders are placed. */
  readonly done: Promise<void>;
  /** Whether all orders are placed, or the load has failed. */
  ended = false;
  readonly #options: LoadOptions;
  readonly #start = performance.now();
  #issued = 0;
  #held = false;
  #calls = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
    this.done = Promise.all(Array.from({ length: options.clients ?? 100 }, () => this.#client())).then(
      () => {},
    );
    const end = () => {
      this.ended = true;
    };
    this.done.then(end, end); // the caller that awaits it gets the error
  }

  /** Resolves once this many orders are accepted. */
  async reached(count: number): Promise<void> {
    const what = `${count} orders to be accepted`;
    await waitFor(() => this.accepted.length >= count, { what, timeout: 10 * 60_000, interval: 5 });
  }

  /** Keeps placing orders until the work is done, beyond the planned number. */
  async during<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#held = true;
    try {
      return await work();
    } finally {
      this.#held = false;
    }
  }

  async #client(): Promise<void> {
    const { orders, rate, random, cancels = 0.1, ships = 0.1, keys = "order" } = this.#options;
    const toShip: string[] = [];
    while (this.#issued < orders || this.#held) {
      const number = this.#issued++;
      if (rate !== undefined)
        await delay(Math.max(0, this.#start + (number / rate) * 1000 - performance.now()));
      const choices = random.of(number);
      const lines = this.#lines(choices);
      const customerId = `customer-${choices.between(1, 50)}`;
      const key = { "idempotency-key": `${keys}-${number}` };
      const answer = await this.#call(customerId, "/orders", { customerId, lines }, key, [202]);
      this.accepted.push({ number, id: answer.id, lines });
      // Scarce products must not be released again: the ledger expects one crossing of each threshold.
      if (lines.every(({ sku }) => this.#product(sku)?.plenty) && choices.chance(cancels))
        await this.#call(customerId, `/orders/${answer.id}/cancel`, undefined, {}, [200, 409]);
      else if (choices.chance(ships)) toShip.push(answer.id);
      if (toShip.length > 3) await this.#ship(toShip.shift());
    }
    for (const id of toShip) await this.#ship(id);
  }

  async #ship(id: string | undefined): Promise<void> {
    if (id !== undefined) await this.#call(undefined, `/orders/${id}/ship`, undefined, {}, [200, 409]);
  }

  #product(sku: string): Product | undefined {
    return this.#options.products.find((product) => product.sku === sku);
  }

  #lines(choices: Random): readonly Line[] {
    if (this.#options.lines) return this.#options.lines(choices);
    const products = new Set(
      Array.from({ length: choices.between(1, 3) }, () => choices.pick(this.#options.products)),
    );
    return [...products].map(({ sku }) => ({ sku, quantity: choices.between(1, 3) }));
  }

  /** @param customerId the caller; an operator if absent */
  async #call(
    customerId: string | undefined,
    path: string,
    body: object | undefined,
    headers: Record<string, string>,
    expected: readonly number[],
  ): Promise<{ id: string }> {
    const { system, patience = 120_000 } = this.#options;
    const deadline = performance.now() + patience;
    const urls = system.urls("order");
    while (performance.now() < deadline) {
      // Round-robin, as a load balancer would.
      const url = urls[this.#calls++ % urls.length] + path;
      const response = await post(url, body, { ...(await authorization(customerId)), ...headers });
      if (response === undefined) {
        this.unanswered++;
        await delay(50);
        continue;
      }
      const { status, text, retryAfter } = response;
      if (expected.includes(status)) return JSON.parse(text);
      if (status === 503 && retryAfter !== null) {
        this.unavailable++;
        await delay(Number(retryAfter) * 1000);
        continue;
      }
      this.violations.add(`POST ${path.replace(/[0-9a-f-]{36}/, "{id}")} was answered ${status} ${text}`);
      await delay(200);
    }
    throw new Error(`POST ${path} got no acceptable answer within ${patience} ms`);
  }
}

/** `undefined` when there was no answer. */
async function post(url: string, body: object | undefined, headers: Record<string, string>) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...headers, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(15_000),
    });
    return {
      status: response.status,
      text: await response.text(),
      retryAfter: response.headers.get("retry-after"),
    };
  } catch {
    return undefined; // refused, reset or too slow: the outcome is unknown, so the call is retried
  }
}
