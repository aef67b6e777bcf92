import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { finishesWithin } from "@rabbit-contract/messaging";
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import type { Scenario, Stage } from "../scenario.ts";

/** Kills per service and fault point. */
const kills = 5;
const killsAtRandom = 50;

/** The services that reach each point; notification publishes nothing. */
export const servicesAt: Readonly<Record<FaultPoint, readonly ServiceName[]>> = {
  "after-commit-before-publish": ["order", "inventory"],
  "after-confirm-before-outbox-delete": ["order", "inventory"],
  "after-handler-commit-before-ack": serviceNames,
};

function killedAt(point: FaultPoint): Scenario {
  return {
    name: `killed-${point}`,
    fault: `service: SIGKILL ${point.replaceAll("-", " ")}`,
    orders: 2_000,
    async run(stage) {
      await stage.underLoad({ clients: 20, rate: 200 }, () => killEach(stage, point, kills));
    },
  };
}

/** Kills each of the services at this point, this many times. */
export async function killEach(
  stage: Stage,
  point: FaultPoint,
  rounds: number,
  services = servicesAt[point],
): Promise<void> {
  const random = stage.random.of(point);
  for (let round = 0; round < rounds; round++) {
    for (const service of random.shuffled(services)) {
      const passes = random.between(1, 40);
      // The fault point is set at start, so the running process is killed first.
      await stage.system.kill(service);
      const process = await stage.system.startService(service, 0, {
        env: { FAULT_POINT: `${point}:${passes}` },
        ready: false,
      });
      // It must get there under load.
      if (!(await finishesWithin(60_000, process.exited)))
        throw new Error(`${service} was not killed ${point} within a minute`);
      const code = await process.exited;
      if (code !== null) throw new Error(`${service} was to be killed ${point}, but it exited with ${code}`);
      stage.damageEnded();
      await stage.system.startService(service);
      // A message that is being handled during three crashes counts as their cause, so let it finish first.
      await stage.recovered();
      await stage.handled(service);
    }
  }
  stage.note(`${rounds} kills of each of ${services.join(", ")}`);
}

export const killedAtPoints = (Object.keys(servicesAt) as FaultPoint[]).map(killedAt);

export const killedAtRandom: Scenario = {
  name: "killed-at-random",
  fault: `service: SIGKILL at ${killsAtRandom} random moments each`,
  orders: 2_000,
  async run(stage) {
    await stage.underLoad({ clients: 20, rate: 100 }, async () => {
      await Promise.all(serviceNames.map((service) => killOften(stage, service)));
    });
  },
};

async function killOften(stage: Stage, service: ServiceName): Promise<void> {
  const random = stage.random.of(service);
  // A smaller run kills less often.
  const times = Math.max(2, Math.round((killsAtRandom * Math.min(stage.orders, 2_000)) / 2_000));
  for (let kill = 0; kill < times; kill++) {
    await delay(random.between(0, 1_500));
    await stage.handled(service, 2);
    await stage.system.kill(service);
    stage.damageEnded();
    await stage.system.startService(service);
  }
  stage.note(`${service}: ${times} kills`);
}
