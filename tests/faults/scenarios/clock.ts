import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { bodyOf } from "@orders/stack/rest";
import { clockOff } from "@orders/stack/servers";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { allWorkAgain } from "../progress.ts";
import { reconcile } from "../reconcile.ts";
import { rest } from "../rest.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Seconds. */
const hour = 3_600;
const clients = 20;

/** Restarts a service with its clock off by this many seconds, and later with the correct time. */
async function withClockOff(
  stage: Stage,
  service: ServiceName,
  seconds: number,
  work: () => Promise<void>,
): Promise<void> {
  await stage.system.process(service).stop();
  await stage.system.startService(service, 0, { env: clockOff(seconds) });
  await work();
  await stage.system.process(service).stop();
  await stage.system.startService(service);
  stage.damageEnded();
  await allWorkAgain(stage, `its clock was off by ${seconds} s`, { services: [service] });
}

export const clocksOff: Scenario = {
  name: "clock-off",
  fault: "the clock of each service an hour ahead, then an hour behind",
  orders: 2_000,
  async run(stage) {
    await stage.underLoad({ clients, rate: 50 }, async (load) => {
      for (const service of stage.random.of("services").shuffled(serviceNames))
        for (const seconds of [hour, -hour])
          await withClockOff(stage, service, seconds, async () => {
            const from = new Date();
            const accepted = load.accepted.length;
            await delay(5_000);
            // The order that a client had in progress at that moment may have been placed before it.
            await checkOrders(stage, service, from, load.accepted.length - accepted - clients);
          });
    });
  },
};

/** Orders of the last seconds must be found by the database's time. */
async function checkOrders(stage: Stage, service: ServiceName, from: Date, placed: number): Promise<void> {
  // A service that has just started may answer 503 for a moment.
  const report = () => reconcile(stage.system, from);
  const { examined } = await waitFor(report, { what: "a reconciliation", timeout: 60_000, interval: 500 });
  if (examined < placed)
    stage.problems.push(`with the clock of ${service} off, ${examined} of ${placed} orders are reconciled`);
  const { items } = await bodyOf(rest(stage.system).order.orders.get({ query: { limit: 100 } }));
  const times = items.map(({ createdAt }) => Date.parse(createdAt));
  if (times.some((time, index) => time > (times[index - 1] ?? time)))
    stage.problems.push(`with the clock of ${service} off, orders are not listed newest first`);
}
