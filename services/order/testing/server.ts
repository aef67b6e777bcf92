/** The order service's API on a port of its own, and a client for it. */
import { listen } from "@rabbit-contract/service/http";
import { callersWith, callsTo, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../src/access.ts";
import { createOrderApp } from "../src/http/app.ts";
import type { Order } from "../src/order.ts";
import { SettlementWaiter } from "../src/queries/settlement-waiter.ts";
import { log, testOrders } from "./orders.ts";

/** The authorization header of an operator, or of this customer. */
export const authorization = callersWith("customer");

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

export async function testServer() {
  const orders = await testOrders({ poolSize: 10 });
  const { database, outbox } = orders;
  const settlements = new SettlementWaiter({ database, log });
  const app = createOrderApp({
    database,
    outbox,
    settlements,
    deadlineSeconds: 900,
    log,
    guard: guardFor(roles),
  });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
  return {
    orders,
    settlements,
    url: server.url,
    /** As an operator, unless `headers` say otherwise. */
    call: callsTo<Body>(server.url, authorization),
    stop: () => server.stop(),
    async close() {
      await server.stop();
      await orders.close();
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof testServer>>;
