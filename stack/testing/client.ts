import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { eventually } from "@rabbit-contract/messaging/testing";
import { type Answer, callsTo } from "@rabbit-contract/service/testing";
import type { ServiceName } from "../names.ts";
import {
  bodyOf,
  createProduct,
  type NewProduct,
  type NotificationView,
  type OrderView,
  type ProductView,
  type Rest,
  restWith,
} from "../rest.ts";
import { authorization } from "./access.ts";
import type { TestSystem } from "./system.ts";

export type { OrderView } from "../rest.ts";

interface CallOptions {
  /** The customer who calls. @default an operator does */
  readonly customerId?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** @default false */
  readonly toAdminPort?: boolean;
  /** Whether it is repeated while the service asks for that. @default true */
  readonly patient?: boolean;
}

type Lines = readonly { sku: string; quantity: number }[];

/**
 * Repeats a call while it is answered 503 with `Retry-After`, as clients should: on a busy machine, the database may take
 * longer than a request waits for it. A call that fails for another reason does so each time.
 */
async function patiently<Result extends { readonly status: number; readonly headers: Headers }>(
  call: () => Promise<Result>,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    const result = await call();
    const wait = result.headers.get("retry-after");
    if (result.status !== 503 || wait === null || attempt === 10) return result;
    await delay(1_000 * Number(wait));
  }
}

export const patientFetch: typeof fetch = Object.assign(
  (...call: Parameters<typeof fetch>) => patiently(() => fetch(...call)),
  fetch,
);

/** A user's calls, including the waiting that an eventually consistent system requires. */
export class Client {
  readonly #system: TestSystem;

  constructor(system: TestSystem) {
    this.#system = system;
  }

  /** Typed calls of an operator, or of this customer. They are repeated while the service asks for that. */
  async as(customerId?: string): Promise<Rest> {
    const urlOf = (service: ServiceName) => this.#system.service(service).url;
    return restWith(urlOf, await authorization(customerId), patientFetch);
  }

  /** Any call, also one that no typed client would make. */
  async call<Body>(
    service: ServiceName,
    method: string,
    path: string,
    { customerId, body, headers, toAdminPort = false, patient = true }: CallOptions = {},
  ): Promise<Answer<Body>> {
    const { url, adminUrl } = this.#system.service(service);
    const call = callsTo<Body>(toAdminPort ? adminUrl : url, () => authorization(customerId));
    const once = () => call(method, path, body, headers);
    return patient ? patiently(once) : once();
  }

  /** A product that can be ordered: it has stock, and the order service knows it. */
  async product(sku: string, product: Omit<NewProduct, "sku">): Promise<void> {
    const rest = await this.as();
    await createProduct(rest, { sku, ...product });
    const probe = { customerId: "probe", lines: [{ sku, quantity: 1_000_000 }] };
    await eventually(() => bodyOf(rest.order.orders.post(probe)));
  }

  async move(sku: string, quantity: number): Promise<void> {
    const { inventory } = await this.as();
    const reason = quantity > 0 ? "receipt" : "loss";
    await bodyOf(inventory.products({ sku })["stock-movements"].post({ quantity, reason }));
  }

  async stock(sku: string): Promise<ProductView["stock"]> {
    const { inventory } = await this.as();
    return (await bodyOf(inventory.products({ sku }).get())).stock;
  }

  /** Places an order that has to be accepted. */
  async place(customerId: string, lines: Lines, headers: Record<string, string> = {}): Promise<OrderView> {
    const { order } = await this.as(customerId);
    return bodyOf(order.orders.post({ customerId, lines: [...lines] }, { headers }));
  }

  async cancel(id: string): Promise<OrderView> {
    const { order } = await this.as();
    return bodyOf(order.orders({ orderId: id }).cancel.post());
  }

  async order(id: string): Promise<OrderView> {
    const { order } = await this.as();
    return bodyOf(order.orders({ orderId: id }).get());
  }

  /** The order once it has this status. */
  async orderIn(id: string, status: OrderView["status"], timeout = 30_000): Promise<OrderView> {
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
    const { notification } = await this.as();
    return (await bodyOf(notification.notifications.get({ query: { orderId } }))).items;
  }

  /** Asserts that the orders get notifications of these kinds, each once, after waiting for everything in progress. */
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
