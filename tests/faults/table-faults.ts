/** Faults that block a service's tables. */
import { setTimeout as delay } from "node:timers/promises";
import type { ServiceName } from "@orders/stack";
import type pg from "pg";
import { type Fault, tablesOf } from "./fault.ts";
import type { Stage } from "./scenario.ts";

type Hot = Readonly<Partial<Record<ServiceName, readonly string[]>>>;

/** The tables that orders, messages and answers go through. */
const hotTables: Hot = {
  order: ["orders", "idempotency_keys", "outbox", "inbox", "products"],
  inventory: ["reservations", "products", "outbox", "inbox", "stock_movements"],
  notification: ["notifications", "inbox", "contacts", "deliveries", "inbox_starts"],
};

/** Text columns of hot tables; the running services also work with another text type. */
const hotColumns: Hot = {
  order: ["orders currency", "outbox type", "inbox queue"],
  inventory: ["products name", "reservations status", "outbox type"],
  notification: ["notifications kind", "contacts email", "inbox queue"],
};

// Every consumer has these, also a new service.
export const tablesIn = (service: ServiceName) => hotTables[service] ?? ["inbox", "inbox_starts"];
export const columnsIn = (service: ServiceName) => hotColumns[service] ?? ["inbox queue"];

/** Locks a table like `alter table` does. */
export function tableLocked(stage: Stage, service: ServiceName, table: string, seconds: number): Fault {
  return blocked(stage, service, `${table} locked for ${seconds} s`, async (client) => {
    await client.query(`lock table ${table} in access exclusive mode`);
    await delay(seconds * 1000);
  });
}

/**
 * Rewrites a table twice in one transaction, which stays open as it would for a large table: changes the type of a
 * column, and adds another one.
 */
export function tableRewritten(stage: Stage, service: ServiceName, hot: string, seconds: number): Fault {
  const [table, column] = hot.split(" ");
  return blocked(stage, service, `${table} rewritten`, async (client) => {
    await client.query(`alter table ${table} alter column ${column} type varchar(500)`);
    await client.query(`alter table ${table} drop column if exists added`);
    await client.query(`alter table ${table} add column added uuid default gen_random_uuid()`);
    await delay(seconds * 1000);
  });
}

function blocked(
  { system }: Stage,
  service: ServiceName,
  what: string,
  work: (client: pg.Client) => Promise<void>,
): Fault {
  return {
    name: `${service}: ${what}`,
    takes: [tablesOf(service)],
    services: [service],
    run: () =>
      system.alone(service, async (client) => {
        await client.query("begin");
        await work(client);
        await client.query("commit");
      }),
  };
}
