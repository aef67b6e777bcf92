/** The inventory's REST calls on a listening server, for the tests of `http/`. */
import type { Database } from "@rabbit-contract/postgres";
import { createLogger } from "@rabbit-contract/service";
import { listen } from "@rabbit-contract/service/http";
import { callersWith, callsTo, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../src/access.ts";
import { createInventoryApp } from "../src/http/app.ts";
import { type TestInventory, testInventory } from "./inventory.ts";

/** The authorization header of an operator, or of this customer. */
const authorization = callersWith("customer");

/** Union of this service's responses. */
interface Body extends Record<string, unknown> {
  readonly type?: string;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string }[];
  readonly items?: readonly { readonly sku: string; readonly quantity: number; readonly balance?: number }[];
  readonly next?: string | null;
  readonly createdAt?: string;
  readonly paths?: Readonly<Record<string, unknown>>;
}

export interface TestRestOptions {
  /** @default a new one */
  readonly inventory?: TestInventory;
  /** Replaces the database's own. */
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
  const app = createInventoryApp({ database, outbox, log, guard: guardFor(roles) });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
  return {
    ...inventory,
    url: server.url,

    /** As an operator, unless `headers` say otherwise. */
    call: callsTo<Body>(server.url, authorization),

    /** The server; the inventory stays. */
    stop: () => server.stop(),

    async close(): Promise<void> {
      await server.stop();
      await inventory.close();
    },
  };
}

export type TestRest = Awaited<ReturnType<typeof testRest>>;
