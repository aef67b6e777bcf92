import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { checkAttempts, worksAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";

type Column = readonly [table: string, column: string];

/** Text columns of hot tables; the running services also work with another text type. */
const columns: Readonly<Partial<Record<ServiceName, readonly Column[]>>> = {
  order: [
    ["orders", "currency"],
    ["outbox", "type"],
    ["inbox", "queue"],
  ],
  inventory: [
    ["products", "name"],
    ["reservations", "status"],
    ["outbox", "type"],
  ],
  notification: [
    ["notifications", "kind"],
    ["contacts", "email"],
    ["inbox", "queue"],
  ],
};

/** The columns of a service; for other services, one that every consumer has. */
const columnsOf = (service: ServiceName) => columns[service] ?? [["inbox", "queue"]];
export const rounds = 3;

/** Seconds for which the rewriting transaction stays open, as it would for a large table. */
const held = 5;

/** Rewrites a table twice in one transaction: changes the type of a column, and adds another one. */
export async function rewrite(
  stage: Stage,
  service: ServiceName,
  index: number,
  seconds: number,
): Promise<string> {
  const all = columnsOf(service);
  const [table = "", column = ""] = all[index % all.length] ?? [];
  await stage.system.alone(service, async (client) => {
    await client.query("begin");
    await client.query(`alter table ${table} alter column ${column} type varchar(500)`);
    await client.query(`alter table ${table} drop column if exists added`);
    await client.query(`alter table ${table} add column added uuid default gen_random_uuid()`);
    await delay(seconds * 1000);
    await client.query("commit");
  });
  return table;
}

export const tableRewritten: Scenario = {
  name: "table-rewritten",
  fault: "migrations that rewrite hot tables: a column's type changed, a column added",
  orders: 3_000,
  system: { env: { LOG_LEVEL: "info" } },
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 100, after: 1 / 6 }, async () => {
      for (let index = 0; index < rounds; index++)
        await Promise.all(
          serviceNames.map(async (service) => {
            const table = await rewrite(stage, service, index, held);
            stage.damageEnded();
            await worksAgain(stage, service, `${table} was rewritten`);
          }),
        );
    });
    checkAttempts(stage);
  },
};
