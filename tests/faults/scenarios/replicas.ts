import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import type { Scenario } from "../scenario.ts";

/** In each round, one replica of each service is killed and restarted. */
const rounds = 10;

export const replicas: Scenario = {
  name: "replicas",
  fault: "two replicas of each service, one killed again and again",
  orders: 3_000,
  system: { replicas: 2 },
  async run(stage) {
    const random = stage.random.of("kills");
    const load = stage.load({ clients: 40, rate: 200 });
    await load.during(async () => {
      for (
        let round = 0;
        round < Math.max(2, Math.ceil((rounds * Math.min(stage.orders, 3_000)) / 3_000));
        round++
      ) {
        for (const service of random.shuffled(serviceNames)) {
          const victim = random.between(0, 1);
          await delay(random.between(0, 500));
          await stage.system.kill(service, victim);
          stage.damageEnded();
          await stage.system.startService(service, victim);
        }
      }
    });
    await load.done;
  },
};
