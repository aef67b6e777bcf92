/** The faults of the soak test, with details chosen at random. They overlap, so each claims what it damages. */
import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { clockOff } from "@orders/stack/servers";
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import { type Fault, networkOf, processOf, tablesOf } from "./fault.ts";
import { failover, halfOpen, moments, networkSlow, partOf, serverAway, serverPaused } from "./faults.ts";
import { poisonOutbox } from "./outbox-poison.ts";
import { poison } from "./poison.ts";
import { allWorkAgain } from "./progress.ts";
import type { Random } from "./random.ts";
import { reconcile } from "./reconcile.ts";
import type { Stage } from "./scenario.ts";
import { deleteQueue } from "./scenarios/queue-deleted.ts";
import { servicesAt } from "./scenarios/services.ts";
import { columnsIn, tableLocked, tableRewritten, tablesIn } from "./table-faults.ts";

export type Choose = (stage: Stage, random: Random) => Fault;

/** A fault of one service. */
const ofOne =
  (faultOf: (stage: Stage, service: ServiceName, random: Random) => Fault): Choose =>
  (stage, random) =>
    faultOf(stage, random.pick(serviceNames), random);

const stopOrKill = ["stop", "kill"] as const;

const serviceKilled = ofOne((stage, service, random) => ({
  name: `${service} killed`,
  takes: [processOf(service)],
  async run() {
    // A message that is being handled during three crashes counts as their cause.
    await stage.handled(service, 2);
    await stage.system.kill(service);
    await delay(random.between(0, 5_000));
    await stage.system.startService(service, 0, { ready: false });
  },
}));

const serviceKilledAtPoint: Choose = (stage, random) => {
  const point = random.pick(Object.keys(servicesAt) as FaultPoint[]);
  const service = random.pick(servicesAt[point]);
  return {
    name: `${service} killed ${point.replaceAll("-", " ")}`,
    takes: [processOf(service)],
    async run() {
      await stage.handled(service);
      await stage.system.kill(service);
      const env = { FAULT_POINT: `${point}:${random.between(1, 40)}` };
      const { exited } = await stage.system.startService(service, 0, { env, ready: false });
      // Other faults may keep it from reaching that point.
      await Promise.race([exited, delay(20_000)]);
      await stage.system.kill(service);
      await stage.system.startService(service, 0, { ready: false });
    },
  };
};

const clockWrong = ofOne((stage, service, random) => {
  const seconds = random.pick([3_600, -3_600]);
  const restart = async (env: Readonly<Record<string, string>>) => {
    await stage.handled(service, 2);
    await stage.system.kill(service);
    await stage.system.startService(service, 0, { env, ready: false });
  };
  return {
    name: `${service}: clock off by ${seconds} s`,
    takes: [processOf(service)],
    async run() {
      await restart(clockOff(seconds));
      await delay(random.between(5_000, 15_000));
      await restart({});
    },
  };
});

const connectionsCut = ofOne(({ system }, service) => ({
  name: `${service}: all connections cut`,
  takes: [networkOf(service)],
  async run() {
    for (const proxy of system.network.of(service)) proxy.cut();
  },
}));

const messagesPoisoned: Choose = (stage, random) => {
  const kinds = random.shuffled(["not JSON", "schema violation", "unknown version"] as const);
  return {
    name: "poisoned messages",
    takes: ["broker"],
    async run() {
      await poison(stage.system, kinds, 500);
      const dead = stage.expected.dead?.get("inventory.orders.dead") ?? 0;
      stage.expected = { dead: new Map([["inventory.orders.dead", dead + kinds.length]]) };
    },
  };
};

const outboxPoisoned: Choose = (stage, random) => {
  const service = random.pick(["order", "inventory"] as const);
  return {
    name: `${service}: a message for an exchange that does not exist`,
    takes: ["postgres"],
    run: () => poisonOutbox(stage.system, service),
  };
};

const queueLost: Choose = (stage) => ({
  name: "inventory.orders deleted, then reconciled",
  takes: ["broker", "postgres", ...[processOf, networkOf, tablesOf].flatMap((of) => serviceNames.map(of))],
  async run() {
    // Nothing restores a poisoned message that is still in the queue.
    const dead = stage.expected.dead?.get("inventory.orders.dead") ?? 0;
    await stage.until(
      async () => ((await stage.system.queueDepths()).get("inventory.orders.dead") ?? 0) === dead,
      "the poisoned messages to be dead letters",
    );
    await deleteQueue(stage);
    // Messages that bypassed the queue are in the range then.
    await allWorkAgain(stage, "its queue was deleted", { services: ["inventory"] });
    const from = new Date(Date.now() - 10 * 60_000);
    await stage.until(() => reconcile(stage.system, from), "a complete reconciliation");
  },
});

/** Errors of a statement whose server is killed or replaced meanwhile. */
const interruption =
  /terminat|ECONN|connection|closed|shut|starting up|recovery|timeout|postmaster exited|pg_wal\/.*No such file/i;

/** The server may die meanwhile, and the statement with it. */
function interruptible(fault: Fault): Fault {
  const run = () =>
    fault.run().catch((error: unknown) => {
      if (!(error instanceof Error && interruption.test(error.message))) throw error;
    });
  return { ...fault, run };
}

/** One of each kind; most of them do not crash anything. */
export const subtleFaults: readonly Choose[] = [
  failover,
  (stage, random) =>
    serverAway("pooler", partOf(stage, "pooler"), random.pick(stopOrKill), random.between(0, 3_000)),
  ofOne((stage, service, random) => halfOpen(stage, service, "database", random.pick(moments))),
  ofOne((stage, service) => halfOpen(stage, service, "broker")),
  ofOne((stage, service, random) => networkSlow(stage, [service], random, random.between(5, 15))),
  ofOne((stage, service, random) =>
    interruptible(tableLocked(stage, service, random.pick(tablesIn(service)), random.between(1, 20))),
  ),
  ofOne((stage, service, random) =>
    interruptible(tableRewritten(stage, service, random.pick(columnsIn(service)), 2)),
  ),
  clockWrong,
  outboxPoisoned,
];

export const soakFaults: readonly Choose[] = [
  ...subtleFaults,
  serviceKilled,
  serviceKilledAtPoint,
  ({ servers }, random) => ({
    ...serverAway("broker", servers.broker, random.pick(stopOrKill), random.between(0, 5_000)),
    rest: 5_000, // its queues need a while before they survive the next kill
  }),
  ({ servers }, random) => serverPaused("broker", servers.broker, random.between(1, 20)),
  ({ servers }, random) =>
    serverAway("postgres", servers.postgres, random.pick(stopOrKill), random.between(0, 8_000)),
  ({ servers }, random) => serverPaused("postgres", servers.postgres, random.between(1, 15)),
  connectionsCut,
  messagesPoisoned,
  queueLost,
];
