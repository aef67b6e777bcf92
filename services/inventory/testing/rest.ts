/** The inventory's REST calls on a listening server, for the tests of `http/`. */
import assert from "node:assert/strict";
import type { Database } from "@rabbit-contract/postgres";
import { createLogger } from "@rabbit-contract/service";
import { listen } from "@rabbit-contract/service/http";
import { createInventoryApp } from "../src/http/app.ts";
import { authorization, testGuard } from "./access.ts";
import { type TestInventory, testInventory } from "./inventory.ts";

/** Union of this service's responses. */
interface Body extends Record<string, unknown> {
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string }[];
  readonly items?: readonly { readonly sku: string; readonly quantity: number; readonly balance?: number }[];
  readonly next?: string | null;
  readonly createdAt?: string;
  readonly paths?: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface TestRestOptions {
  /** @default one of its own */
  readonly inventory?: TestInventory;
  /** In place of the database's own. */
  readonly transaction?: Database["transaction"];
}

export async function testRest(options: TestRestOptions = {}) {
  const inventory = options.inventory ?? (await testInventory());
  const { outbox } = inventory;
  const database = {
    ...inventory.database,
    ...(options.transaction && { transaction: options.transaction }),
  };
  const log = createLogger({ service: "inventory", level: "silent" });
  const app = createInventoryApp({ database, outbox, log, guard: testGuard });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
  return {
    ...inventory,

    /** As an operator, unless `headers` say otherwise. A string body is sent as it is, anything else as JSON. */
    async call(
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> {
      const response = await fetch(server.url + path, {
        method,
        headers: { ...(await authorization()), "content-type": "application/json", ...headers },
        ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, headers: response.headers, body: JSON.parse(text || "{}") };
    },

    /** The server; the inventory stays. */
    stop: () => server.stop(),

    async close(): Promise<void> {
      await server.stop();
      await inventory.close();
    },
  };
}

export type TestRest = Awaited<ReturnType<typeof testRest>>;

/** Asserts that the response is this problem, with errors at exactly these pointers. */
export function assertProblem(
  answer: Answer,
  status: number,
  name: string,
  pointers?: readonly string[],
): void {
  assert.deepEqual([answer.status, answer.body.type], [status, `urn:problem:${name}`]);
  assert.equal(answer.headers.get("content-type"), "application/problem+json");
  if (pointers === undefined) return;
  assert.deepEqual(answer.body.errors?.map(({ pointer }) => pointer).sort(), [...pointers].sort());
}
