import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import type { TcpProxy } from "@rabbit-contract/messaging/testing";
import { allWorkAgain } from "../progress.ts";
import type { Random } from "../random.ts";
import type { Scenario } from "../scenario.ts";

/** Round-trip time between a service and a server, in milliseconds. */
const roundTrip = 100;
/** Probability that a packet sent by a service resets its connection instead. */
const resets = 0.01;

/** Makes the network behind these proxies slow and unreliable for this many seconds. */
export async function disturb(proxies: readonly TcpProxy[], random: Random, seconds: number): Promise<void> {
  for (const proxy of proxies) {
    proxy.latency = roundTrip / 2;
    proxy.fate = () => (random.chance(resets) ? "reset" : undefined);
  }
  await delay(seconds * 1000);
  for (const proxy of proxies) {
    proxy.latency = 0;
    proxy.fate = undefined;
  }
}

export const networkSlow: Scenario = {
  name: "network-slow",
  fault: "network: 100 ms round-trip time, 1 % of packets reset their connection, for 60 s",
  orders: 3_000,
  system: { proxied: true },
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 100, after: 1 / 6 }, async (load) => {
      const before = load.accepted.length;
      const proxies = serviceNames.flatMap((service) => stage.system.network.of(service));
      await disturb(proxies, stage.random.of("resets"), 60);
      stage.damageEnded();
      await allWorkAgain(stage, "a slow network");
      stage.note(`${load.accepted.length - before} orders were accepted over the slow network`);
    });
  },
};
