/** (4) The outbox relay, next to a confirm loop without a table, and to a bare relay with one. */
import { setTimeout as delay } from "node:timers/promises";
import type { OutboxMessage, Publisher } from "@rabbit-contract/messaging";
import { insertIntoOutbox, type OutboxObserver, openPool, Relay } from "@rabbit-contract/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { costsInTurns } from "../costs.ts";
import { bare } from "../floors/publisher.ts";
import { openBareRelay } from "../floors/relay.ts";
import type { Findings, Measurement } from "../measurement.ts";
import { ratios, summary } from "../statistics.ts";
import { openPublishers, ordersCreated, quiet, window } from "./messages.ts";

const rounds = { quick: 3, full: 9 };
const count = 40_000;
/** Maximum messages that the relay holds in memory. */
const capacity = 10_000;
/** Messages per transaction. */
const handedOver = 200;
type Sql = ReturnType<typeof drizzle>;

export const relay: Measurement = {
  name: "relay",
  title: "(4) Outbox relay: next to a bare confirm loop",
  quick: true,
  async run(bench): Promise<Findings> {
    const messages = ordersCreated(bench.scaled(count));
    const bareMessages = messages.map(bare);
    const { publisher, publishBare, adminUrl, databaseUrl, costOf, close } = await openPublishers(bench);
    const pool = openPool({ url: databaseUrl, applicationName: "bench", log: quiet });
    const sql: Sql = drizzle({ client: pool });
    const bareRelay = await openBareRelay(adminUrl, databaseUrl, window);
    try {
      const sides = {
        bare: () => costOf(messages.length, () => publishBare(bareMessages)),
        "handed over": async () => {
          await insertIntoOutbox(pool, messages, 600_000);
          return costOf(messages.length, () => handOver(sql, publisher, messages));
        },
        "bare, swept": async () => {
          await insertIntoOutbox(pool, messages, 0);
          return costOf(messages.length, () => bareRelay.relayAll());
        },
        swept: async () => {
          await insertIntoOutbox(pool, messages, 0);
          return costOf(messages.length, () => sweep(sql, publisher, messages.length));
        },
      };
      const { details, rates } = await costsInTurns(bench, bench.full ? rounds.full : rounds.quick, sides);
      return {
        rows: [
          {
            what: "relay, from memory ÷ bare confirm loop",
            value: ratios(rates("handed over"), rates("bare")),
            target: { atLeast: 0.8 },
          },
          {
            what: "relay, from the table ÷ bare confirm loop",
            value: ratios(rates("swept"), rates("bare")),
            target: { atLeast: 0.8 },
          },
          {
            what: "bare relay, from the table ÷ bare confirm loop",
            value: ratios(rates("bare, swept"), rates("bare")),
          },
          { what: "relay, from memory: messages", unit: "/s", value: summary(rates("handed over")) },
        ],
        details,
      };
    } finally {
      await Promise.allSettled([bareRelay.close(), close()]);
      await pool.end();
    }
  },
};

/** Publishes like after a commit. */
function handOver(sql: Sql, publisher: Publisher, messages: readonly OutboxMessage[]): Promise<void> {
  return relayed(sql, publisher, messages.length, async (relay) => {
    for (let at = 0; at < messages.length; at += handedOver) {
      while (relay.inMemory + handedOver > capacity) await delay(1);
      relay.reserve(messages.slice(at, at + handedOver)).handOver();
    }
  });
}

/** Publishes like after a crash. */
function sweep(sql: Sql, publisher: Publisher, count: number): Promise<void> {
  return relayed(sql, publisher, count, async (relay) => relay.start());
}

/** Ends when so many are published, and the relay, which stops then, has deleted their rows. */
async function relayed(
  sql: Sql,
  publisher: Publisher,
  count: number,
  work: (relay: Relay) => Promise<void>,
): Promise<void> {
  const all = Promise.withResolvers<void>();
  let published = 0;
  const observer: OutboxObserver = {
    writing() {},
    written() {},
    published: () => void (++published === count && all.resolve()),
    failed: (_message, code) => all.reject(new Error(`a message was not published: ${code}`)),
    parked() {},
  };
  const relay = new Relay({ sql, publisher, log: quiet, observer });
  await work(relay);
  await all.promise;
  await relay.stop(60_000);
  const { rowCount } = await sql.execute("select from outbox limit 1");
  if (rowCount !== 0) throw new Error("the relay has left rows in the outbox");
}
