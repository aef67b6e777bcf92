/** For `make test`: kills everything that can be killed, once. */
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import type { Scenario, Stage } from "../scenario.ts";
import { killEach, servicesAt } from "./services.ts";

export const everythingKilledOnce: Scenario = {
  name: "everything-killed-once",
  fault: "a service at each named point, broker and PostgreSQL: SIGKILL",
  orders: 100,
  // The test shares its servers with another scenario, which has a pooler.
  system: { pooled: [] },
  async run(stage) {
    await stage.underLoad({ clients: 10, rate: 25 }, async () => {
      for (const point of stage.random.shuffled(Object.keys(servicesAt) as FaultPoint[]))
        await killEach(stage, point, 1, [stage.random.pick(servicesAt[point])]);
      await serversKilled(stage);
    });
  },
};

async function serversKilled(stage: Stage): Promise<void> {
  await stage.system.queuesSettled;
  for (const server of stage.random.shuffled([stage.servers.broker, stage.servers.postgres])) {
    await server.kill();
    await server.start();
    stage.damageEnded();
    await stage.recovered();
  }
}
