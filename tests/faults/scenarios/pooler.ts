import { setTimeout as delay } from "node:timers/promises";
import { withPooler } from "../pooler.ts";
import { allWorkAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startServers } from "../servers.ts";

/** Stops the pooler immediately, or kills it, and starts it again. */
async function restartPooler(stage: Stage, how: "stop" | "kill"): Promise<void> {
  const { pooler } = stage.servers;
  if (!pooler) throw new Error("this needs a pooler");
  await pooler[how]();
  await delay(stage.random.between(0, 2_000));
  await pooler.start();
  stage.damageEnded();
  await allWorkAgain(stage, "PgBouncer was restarted");
}

export const poolerRestarted: Scenario = {
  name: "pooler-restarted",
  fault: "PgBouncer in transaction mode: restarted, and killed",
  orders: 3_000,
  servers: withPooler(startServers),
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 200 }, async () => {
      for (const how of ["stop", "kill", "kill"] as const) {
        await stage.settled(Math.floor((stage.orders * (1 + stage.damageEnds.length)) / 5));
        await restartPooler(stage, how);
      }
    });
  },
};
