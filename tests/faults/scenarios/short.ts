import type { FaultPoint } from "../../../services/platform/no-fault-points.ts";
import type { Scenario } from "../scenario.ts";
import { killEach, servicesAt } from "./services.ts";

/** For `make test`: everything that can be killed, once. */
export const everythingKilledOnce: Scenario = {
  name: "everything-killed-once",
  fault: "a service at each named point, broker and PostgreSQL: SIGKILL, once",
  orders: 200,
  async run(stage) {
    const load = stage.load({ clients: 10, rate: 50 });
    await load.during(async () => {
      for (const point of stage.random.shuffled(Object.keys(servicesAt) as FaultPoint[]))
        await killEach(stage, point, 1, [stage.random.pick(servicesAt[point])]);
      await stage.system.queuesSettled;
      for (const server of stage.random.shuffled([stage.servers.broker, stage.servers.postgres])) {
        await server.kill();
        await server.start();
        stage.damageEnded();
        await stage.recovered();
      }
    });
    await load.done;
  },
};
