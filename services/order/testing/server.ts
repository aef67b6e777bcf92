/** The order service's API on a port of its own, and a client for it. */
import assert from "node:assert/strict";
import { listen } from "@rabbit-contract/service/http";
import { createOrderApp } from "../src/http/app.ts";
import type { Order } from "../src/order.ts";
import { SettlementWaiter } from "../src/queries/settlement-waiter.ts";
import { authorization, testGuard } from "./access.ts";
import { log, type TestOrders, testOrders } from "./orders.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A response: an order, a page, a problem or the OpenAPI document. */
interface Body extends Order {
  readonly items: readonly Order[];
  readonly next: string | null;
  readonly type: string;
  readonly detail: string;
  readonly orderStatus: string;
  readonly errors: readonly {
    readonly pointer: string;
    readonly parameter: string;
    readonly detail: string;
  }[];
  readonly paths: Readonly<Record<string, unknown>>;
}

type Init = RequestInit & { readonly headers?: Record<string, string> };

export interface TestServer {
  readonly orders: TestOrders;
  readonly settlements: SettlementWaiter;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends `init` unchanged, as an operator unless its headers say otherwise. */
  send(path: string, init: Init): Promise<Answer>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function testServer(): Promise<TestServer> {
  const orders = await testOrders({ poolSize: 10 });
  const { database, outbox } = orders;
  const settlements = new SettlementWaiter({ database, log });
  const app = createOrderApp({ database, outbox, settlements, deadlineSeconds: 900, log, guard: testGuard });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });

  async function send(path: string, init: Init): Promise<Answer> {
    const headers = { ...(await authorization()), ...init.headers };
    const response = await fetch(server.url + path, { ...init, headers });
    const text = await response.text();
    const json = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }
  return {
    orders,
    settlements,
    url: server.url,
    send,
    call(method, path, body, headers = {}) {
      if (body === undefined) return send(path, { method, headers });
      const json = { "content-type": "application/json", ...headers };
      return send(path, { method, headers: json, body: JSON.stringify(body) });
    },
    stop: () => server.stop(),
    async close() {
      await server.stop();
      await orders.close();
    },
  };
}

/** A problem document of this type, with errors at exactly these pointers. */
export function assertProblem(
  answer: Answer,
  status: number,
  type: string,
  pointers?: readonly string[],
): void {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  assert.equal(answer.body.type, `urn:problem:${type}`);
  assert.equal(answer.body.status, status);
  if (pointers === undefined) return;
  const found = answer.body.errors;
  assert.deepEqual([...new Set(found.map(({ pointer }) => pointer))], pointers);
  for (const { detail } of found) assert.ok(detail);
}
