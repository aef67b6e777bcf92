import { setTimeout as delay } from "node:timers/promises";
import type { Scenario, Stage } from "../scenario.ts";

/** Injects the fault when a third and when half of the orders are settled. Clients continue until recovery. */
async function twice(stage: Stage, damage: () => Promise<void>): Promise<void> {
  await stage.system.queuesSettled;
  await stage.underLoad({ rate: 500 }, async (load) => {
    for (const share of [1 / 3, 1 / 2]) {
      await stage.settled(Math.floor(stage.orders * share));
      stage.progress(`  ${load.accepted.length} orders accepted`);
      await damage();
      stage.damageEnded();
      await stage.recovered();
    }
  });
}

export const brokerKilled: Scenario = {
  name: "broker-killed",
  fault: "broker: SIGKILL, twice",
  orders: 10_000,
  run: (stage) =>
    twice(stage, async () => {
      await stage.servers.broker.kill();
      await stage.servers.broker.start();
    }),
};

export const brokerRestarted: Scenario = {
  name: "broker-restarted",
  fault: "broker: clean restart, twice",
  orders: 10_000,
  run: (stage) =>
    twice(stage, async () => {
      await stage.servers.broker.stop();
      await stage.servers.broker.start();
    }),
};

export const brokerPaused: Scenario = {
  name: "broker-paused",
  fault: "broker: SIGSTOP for 30 s",
  orders: 10_000,
  async run(stage) {
    await stage.underLoad({ rate: 300, after: 1 / 3 }, async (load) => {
      const before = load.accepted.length;
      stage.servers.broker.pause();
      await delay(30_000);
      stage.note(`${load.accepted.length - before} orders were accepted while the broker was paused`);
      stage.servers.broker.resume();
      stage.damageEnded();
      await stage.recovered();
    });
  },
};
