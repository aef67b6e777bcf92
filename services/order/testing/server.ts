/** The order service's API on a port of its own, and a client for it. */
import { listen } from "#platform/http.ts";
import { createOrderApp } from "../src/http.ts";
import { SettlementWaiter } from "../src/settlement-waiter.ts";
import { log, type TestOrders, testOrders } from "./orders.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever came back
  readonly body: any;
}

export interface TestServer {
  readonly orders: TestOrders;
  readonly settlements: SettlementWaiter;
  readonly url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Sends `init` as it is. */
  send(path: string, init: RequestInit): Promise<Answer>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export async function testServer(): Promise<TestServer> {
  const orders = await testOrders({ poolSize: 10 });
  const { database, outbox } = orders;
  const settlements = new SettlementWaiter({ database, log });
  const app = createOrderApp({ database, outbox, settlements, deadlineSeconds: 900, log });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });

  async function send(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(server.url + path, init);
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
