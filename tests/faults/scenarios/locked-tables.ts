import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { checkAttempts, worksAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** The tables that orders, messages and answers go through. */
const hotTables: Readonly<Partial<Record<ServiceName, readonly string[]>>> = {
  order: ["orders", "idempotency_keys", "outbox", "inbox", "products"],
  inventory: ["reservations", "products", "outbox", "inbox", "stock_movements"],
  notification: ["notifications", "inbox", "contacts", "deliveries", "inbox_starts"],
};

/** The hot tables of a service; for other services, those of every consumer. */
export function hotTablesOf(service: ServiceName): readonly string[] {
  return hotTables[service] ?? ["inbox", "inbox_starts"];
}

/** Locks a table like `alter table` does. @param seconds for how long */
export async function holdLock(stage: Stage, service: ServiceName, table: string, seconds: number) {
  await stage.system.alone(service, async (client) => {
    await client.query("begin");
    await client.query(`lock table ${table} in access exclusive mode`);
    await delay(seconds * 1000);
    await client.query("rollback");
  });
}

/** Locks a table, and returns once its service works again. */
async function lockTable(stage: Stage, service: ServiceName, table: string, seconds: number) {
  await holdLock(stage, service, table, seconds);
  stage.damageEnded();
  await worksAgain(stage, service, `${table} was locked for ${seconds} s`);
}

export const lockedTables: Scenario = {
  name: "locked-tables",
  fault: "each hot table locked for 60 s, as by an alter table",
  orders: 3_000,
  // At `info`, each message that is retried is logged.
  system: { env: { LOG_LEVEL: "info" } },
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 50, after: 1 / 10 }, async () => {
      const random = stage.random.of("tables");
      const orders = serviceNames.map((service) => ({
        service,
        tables: random.shuffled(hotTablesOf(service)),
      }));
      // One table of each service at a time.
      for (let index = 0; orders.some(({ tables }) => index < tables.length); index++)
        await Promise.all(
          orders.map(({ service, tables }) =>
            lockTable(stage, service, tables[index % tables.length] ?? "", 60),
          ),
        );
    });
    checkAttempts(stage);
  },
};
