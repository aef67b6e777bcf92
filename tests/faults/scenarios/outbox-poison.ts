import { goneExchange, poisonOutbox } from "../outbox-poison.ts";
import type { Scenario, Stage } from "../scenario.ts";

const services = ["order", "inventory"] as const;

/** Factor by which orders may be slower than before, since the machine may be busy with other work. */
const room = 3;

/** Orders are placed as before, and each outbox gets a message that the broker refuses. */
export const outboxPoisoned: Scenario = {
  name: "outbox-poisoned",
  fault: "a message in each outbox for an exchange that does not exist",
  orders: 10_000,
  async run(stage) {
    await stage.underLoad({ clients: 20, rate: 100 }, async (load) => {
      await stage.settled(Math.min(1_000, Math.floor(stage.orders / 3)));
      const clean = await settleTime(stage, Math.max(0, load.accepted.length - 500));
      const before = load.accepted.length;
      for (const service of services) await poisonOutbox(stage.system, service);
      // Its attempts are spread over two minutes.
      await stage.until(() => parked(stage), "both messages to be parked");
      const poisoned = await settleTime(stage, before);
      stage.note(
        `half of the orders settled within ${clean} ms, with the refused messages within ${poisoned} ms`,
      );
      if (poisoned > room * clean + 100)
        stage.problems.push(`orders took ${poisoned} ms instead of ${clean} ms beside a poisoned message`);
    });
    // Like an operator would, once the reason for the refusal is clear.
    for (const service of services)
      await stage.system.sql(service, "delete from outbox where exchange = $1 and parked_at is not null", [
        goneExchange,
      ]);
  },
};

/** Median time in milliseconds from placing to settling, of the orders after the first `after` ones. */
async function settleTime({ system }: Stage, after: number): Promise<number> {
  const [row] = await system.sql<{ milliseconds: number }>(
    "order",
    `select percentile_cont(0.5) within group (order by
       extract(epoch from (history->1->>'at')::timestamptz - (history->0->>'at')::timestamptz) * 1000)
         as milliseconds
     from (select history from orders order by created_at offset $1) as later
     where jsonb_array_length(history) > 1`,
    [after],
  );
  return Math.round(row?.milliseconds ?? 0);
}

async function parked({ system }: Stage): Promise<boolean> {
  for (const service of services) {
    const query = "select from outbox where exchange = $1 and parked_at is not null";
    if ((await system.sql(service, query, [goneExchange])).length === 0) return false;
  }
  return true;
}
