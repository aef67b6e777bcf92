import { allWorkAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { startServersWithStandby } from "../standby.ts";

/** The primary is killed, the standby takes over, and the killed one becomes its standby. */
async function failOver(stage: Stage): Promise<void> {
  const { standby } = stage.servers;
  if (!standby) throw new Error("this needs a standby");
  await standby.takeOver();
  stage.damageEnded();
  await allWorkAgain(stage, "the standby took over");
  await standby.rejoin();
}

export const postgresFailover: Scenario = {
  name: "postgres-failover",
  fault: "PostgreSQL: primary SIGKILLed, synchronous standby promoted, there and back",
  orders: 3_000,
  servers: startServersWithStandby,
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 200 }, async () => {
      for (const share of [1 / 4, 1 / 2]) {
        await stage.settled(Math.floor(stage.orders * share));
        await failOver(stage);
      }
    });
  },
};
