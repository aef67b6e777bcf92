import assert from "node:assert/strict";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { ServiceName } from "../names.ts";
import { authorization } from "./access.ts";
import type { TestSystem } from "./system.ts";

export interface Money {
  readonly amount: number;
  readonly currency: string;
}

export interface OrderView {
  readonly id: string;
  readonly customerId: string;
  readonly status: "pending" | "confirmed" | "rejected" | "cancelled" | "expired" | "shipped";
  readonly reason?: { readonly code: string; readonly shortages?: readonly Shortage[] };
  readonly lines: readonly { sku: string; name: string; quantity: number; unitPrice: Money }[];
  readonly total: Money;
  readonly history: readonly { status: string; at: string; cause: string }[];
}

export interface Shortage {
  readonly sku: string;
  readonly requested: number;
  readonly available: number;
}

export interface Stock {
  readonly onHand: number;
  readonly reserved: number;
  readonly available: number;
}

export interface NotificationView {
  readonly id: string;
  readonly orderId?: string;
  readonly customerId: string;
  readonly kind: string;
  readonly subject: string;
}

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

interface CallOptions {
  /** The customer who calls. @default an operator does */
  readonly customerId?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
}

type Lines = readonly { sku: string; quantity: number }[];

/** The calls of a person, with the waiting that an eventually consistent system asks of one. */
export class Client {
  readonly #system: TestSystem;

  constructor(system: TestSystem) {
    this.#system = system;
  }

  async call<Body>(
    service: ServiceName,
    method: string,
    path: string,
    { customerId, body, headers = {} }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.#system.service(service).url + path, {
      method,
      headers: {
        ...(await authorization(customerId)),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(40_000),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? null : JSON.parse(text),
    };
  }

  /** A product that can be ordered: it has stock, and the order service knows it. */
  async product(
    sku: string,
    {
      onHand,
      amount = 1250,
      lowStockThreshold,
    }: { onHand: number; amount?: number; lowStockThreshold?: number },
  ): Promise<void> {
    const created = await this.call("inventory", "POST", "/products", {
      body: {
        sku,
        name: `Product ${sku}`,
        unitPrice: { amount, currency: "EUR" },
        ...(lowStockThreshold !== undefined && { lowStockThreshold }),
      },
    });
    assert.equal(created.status, 201, JSON.stringify(created.body));
    if (onHand > 0) await this.move(sku, onHand);
    const order = { customerId: "probe", lines: [{ sku, quantity: 1_000_000 }] };
    await eventually(async () => {
      const probe = await this.call<OrderView>("order", "POST", "/orders", { body: order });
      assert.equal(probe.status, 202, JSON.stringify(probe.body));
    });
  }

  async move(sku: string, quantity: number): Promise<void> {
    const moved = await this.call("inventory", "POST", `/products/${sku}/stock-movements`, {
      body: { quantity, reason: quantity > 0 ? "receipt" : "loss" },
    });
    assert.equal(moved.status, 201, JSON.stringify(moved.body));
  }

  async stock(sku: string): Promise<Stock> {
    const { body } = await this.call<{ stock: Stock }>("inventory", "GET", `/products/${sku}`);
    return body.stock;
  }

  /** Places an order that has to be accepted. */
  async place(customerId: string, lines: Lines, headers: Record<string, string> = {}): Promise<OrderView> {
    const answer = await this.call<OrderView>("order", "POST", "/orders", {
      customerId,
      body: { customerId, lines },
      headers,
    });
    assert.ok(answer.status === 202 || answer.status === 200, JSON.stringify(answer.body));
    return answer.body;
  }

  async order(id: string): Promise<OrderView> {
    const { status, body } = await this.call<OrderView>("order", "GET", `/orders/${id}`);
    assert.equal(status, 200);
    return body;
  }

  /** The order once it has this status. */
  async orderIn(id: string, status: OrderView["status"], timeout = 10_000): Promise<OrderView> {
    return await eventually(
      async () => {
        const order = await this.order(id);
        assert.equal(order.status, status);
        return order;
      },
      { timeout },
    );
  }

  async notifications(orderId: string): Promise<NotificationView[]> {
    const { body } = await this.call<{ items: NotificationView[] }>(
      "notification",
      "GET",
      `/notifications?orderId=${orderId}`,
    );
    return body.items;
  }

  /** The orders get notifications of these kinds, each once: what else is under way is waited for. */
  async kinds(orderIds: string | readonly string[], ...expected: string[]): Promise<void> {
    const assertKinds = async () => {
      for (const id of [orderIds].flat()) {
        const kinds = (await this.notifications(id)).map((notification) => notification.kind);
        assert.deepEqual(kinds.sort(), expected.sort(), `notifications of the order ${id}`);
      }
    };
    await eventually(assertKinds);
    await this.#system.quiet();
    await assertKinds();
  }
}
