import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { worksAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Milliseconds of a round trip between a service and a server. */
const roundTrip = 100;
/** Chance that a packet of a service resets its connection instead. */
const resets = 0.01;

const promised = 15;

/** Makes the network between these services and their servers slow and unreliable for this many seconds. */
export async function slowNetwork(stage: Stage, services: readonly ServiceName[], seconds: number) {
  const proxies = services.flatMap((service) => stage.system.network.of(service));
  const random = stage.random.of("resets");
  for (const proxy of proxies) {
    proxy.latency = roundTrip / 2;
    proxy.fate = () => (random.chance(resets) ? "reset" : undefined);
  }
  await delay(seconds * 1000);
  for (const proxy of proxies) {
    proxy.latency = 0;
    proxy.fate = undefined;
  }
  stage.damageEnded();
  await Promise.all(services.map((service) => worksAgain(stage, service, promised, "a slow network")));
}

export const networkSlow: Scenario = {
  name: "network-slow",
  fault: "network: 100 ms a round trip, 1 % of packets reset their connection, for 60 s",
  orders: 3_000,
  system: { proxied: true },
  async run(stage) {
    const load = stage.load({ clients: 40, rate: 100 });
    await load.during(async () => {
      await stage.settled(Math.floor(stage.orders / 6));
      const before = load.accepted.length;
      await slowNetwork(stage, serviceNames, 60);
      stage.note(`${load.accepted.length - before} orders were accepted over the slow network`);
    });
    await load.done;
  },
};
