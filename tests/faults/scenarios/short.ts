/** For `make test`: each kind of process killed, a slow network and a wrong clock, once, in one run. */
import { serviceNames } from "@orders/stack";
import { clockOff } from "@orders/stack/servers";
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import { worksAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { killEach, servicesAt } from "./services.ts";
import { disturb } from "./slow-network.ts";

/** Seconds for a service to start under the library that shifts its clock, which is slow. */
const patience = 60;

export const faultsOnce: Scenario = {
  name: "faults-once",
  fault: "services, broker and PostgreSQL killed; a slow network; a clock an hour ahead",
  orders: 100,
  system: { proxied: true },
  async run(stage) {
    const load = stage.load({ clients: 10, rate: 30 });
    await load.during(async () => {
      for (const point of stage.random.shuffled(Object.keys(servicesAt) as FaultPoint[]))
        await killEach(stage, point, 1, [stage.random.pick(servicesAt[point])]);
      await networkSlow(stage);
      await clockWrong(stage);
      await serversKilled(stage);
    });
    await load.done;
  },
};

async function networkSlow(stage: Stage): Promise<void> {
  const proxies = serviceNames.flatMap((service) => stage.system.network.of(service));
  await disturb(proxies, stage.random.of("resets"), 3);
  stage.damageEnded();
  await Promise.all(serviceNames.map((service) => worksAgain(stage, service, "a slow network")));
}

async function clockWrong(stage: Stage): Promise<void> {
  const service = stage.random.pick(serviceNames);
  await stage.system.process(service).stop();
  await stage.system.startService(service, 0, { env: clockOff(3_600), ready: false });
  await worksAgain(stage, service, "a start with its clock an hour ahead", patience);
  await stage.system.process(service).stop();
  await stage.system.startService(service);
  stage.damageEnded();
}

async function serversKilled(stage: Stage): Promise<void> {
  await stage.system.queuesSettled;
  for (const server of stage.random.shuffled([stage.servers.broker, stage.servers.postgres])) {
    await server.kill();
    await server.start();
    stage.damageEnded();
    await stage.recovered();
  }
}
