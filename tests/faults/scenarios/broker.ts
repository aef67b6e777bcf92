import { setTimeout as delay } from "node:timers/promises";
import type { Scenario, Stage } from "../scenario.ts";

/** Injects the fault when a third and when half of the orders are settled. Clients continue until recovery. */
async function twice(stage: Stage, damage: () => Promise<void>): Promise<void> {
  await stage.system.queuesSettled;
  const load = stage.load({ rate: 500 });
  await load.during(async () => {
    for (const share of [1 / 3, 1 / 2]) {
      await stage.settled(Math.floor(stage.orders * share));
      stage.progress(`  ${load.accepted.length} orders accepted`);
      await damage();
      stage.damageEnded();
      await stage.recovered();
    }
  });
  await load.done;
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
    const load = stage.load({ rate: 300 });
    await load.during(async () => {
      await stage.settled(Math.floor(stage.orders / 3));
      const before = load.accepted.length;
      stage.servers.broker.pause();
      await delay(30_000);
      stage.note(`${load.accepted.length - before} orders were accepted while the broker was paused`);
      stage.servers.broker.resume();
      stage.damageEnded();
      await stage.recovered();
    });
    await load.done;
  },
};
