/** The faults of all scenarios in a form that can overlap: each claims what it damages, and ends on its own. */
import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import { clockOff } from "@orders/stack/servers";
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import { poisonOutbox } from "./outbox-poison.ts";
import { poison } from "./poison.ts";
import { worksAgain } from "./progress.ts";
import { reconcile } from "./reconcile.ts";
import { freezeDatabase, moments } from "./scenarios/half-open.ts";
import { deleteQueue } from "./scenarios/queue-deleted.ts";
import { servicesAt } from "./scenarios/services.ts";
import { disturb } from "./scenarios/slow-network.ts";
import { type Choose, networkOf, processOf, tablesOf } from "./soak-fault.ts";
import { tableLocked, tableRewritten } from "./soak-table-faults.ts";

const everyProcess = serviceNames.map(processOf);

const serviceKilled: Choose = (stage, random) => {
  const service = random.pick(serviceNames);
  return {
    name: `${service} killed`,
    takes: [processOf(service)],
    async run() {
      // A message that is being handled during three crashes counts as their cause.
      await stage.handled(service, 2);
      await stage.system.kill(service);
      await delay(random.between(0, 5_000));
      await stage.system.startService(service, 0, { ready: false });
    },
  };
};

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

const brokerAway: Choose = ({ servers: { broker } }, random) => {
  const how = random.pick(["kill", "stop"] as const);
  return {
    name: `broker: ${how}`,
    takes: ["broker"],
    async run() {
      await broker[how]();
      await delay(random.between(0, 5_000));
      await broker.start();
      await delay(5_000); // its queues need a while before they survive the next kill
    },
  };
};

const brokerPaused: Choose = ({ servers: { broker } }, random) => {
  const seconds = random.between(1, 20);
  return {
    name: `broker paused for ${seconds} s`,
    takes: ["broker"],
    async run() {
      broker.pause();
      await delay(seconds * 1000);
      broker.resume();
    },
  };
};

const postgresAway: Choose = ({ servers: { postgres } }, random) => {
  const how = random.pick(["kill", "stop"] as const);
  return {
    name: `PostgreSQL: ${how}`,
    takes: ["postgres"],
    async run() {
      await postgres[how]();
      await delay(random.between(0, 8_000));
      await postgres.start();
    },
  };
};

const postgresPaused: Choose = ({ servers: { postgres } }, random) => {
  const seconds = random.between(1, 15);
  return {
    name: `PostgreSQL accepts nothing for ${seconds} s`,
    takes: ["postgres"],
    async run() {
      postgres.pause();
      await delay(seconds * 1000);
      postgres.resume();
    },
  };
};

const failover: Choose = ({ servers: { standby } }) => ({
  name: "PostgreSQL: the standby takes over",
  takes: ["postgres"],
  async run() {
    await standby?.takeOver();
    await standby?.rejoin();
  },
});

const poolerRestarted: Choose = ({ servers: { pooler } }, random) => ({
  name: "pgbouncer restarted",
  takes: ["pooler"],
  async run() {
    await pooler?.[random.pick(["kill", "stop"] as const)]();
    await delay(random.between(0, 3_000));
    await pooler?.start();
  },
});

const halfOpenDatabase: Choose = ({ system }, random) => {
  const service = random.pick(serviceNames);
  const moment = random.pick(moments);
  return {
    name: `${service}: database connections half-open ${moment}`,
    takes: [networkOf(service)],
    async run() {
      const proxy = system.network.between(service, "database");
      freezeDatabase(proxy, moment);
      await delay(5_000);
      proxy.fate = undefined;
    },
  };
};

const halfOpenBroker: Choose = ({ system }, random) => {
  const service = random.pick(serviceNames);
  return {
    name: `${service}: broker connections half-open`,
    takes: [networkOf(service)],
    async run() {
      system.network.between(service, "broker").freeze();
      await delay(5_000);
    },
  };
};

const connectionsCut: Choose = ({ system }, random) => {
  const service = random.pick(serviceNames);
  return {
    name: `${service}: all connections cut`,
    takes: [networkOf(service)],
    async run() {
      for (const proxy of system.network.of(service)) proxy.cut();
    },
  };
};

const networkSlow: Choose = (stage, random) => {
  const service = random.pick(serviceNames);
  const seconds = random.between(5, 15);
  return {
    name: `${service}: slow network for ${seconds} s`,
    takes: [networkOf(service)],
    run: () => disturb(stage.system.network.of(service), random, seconds),
  };
};

const clockWrong: Choose = (stage, random) => {
  const service = random.pick(serviceNames);
  const seconds = random.pick([3_600, -3_600]);
  return {
    name: `${service}: clock off by ${seconds} s`,
    takes: [processOf(service)],
    async run() {
      await stage.handled(service, 2);
      await stage.system.kill(service);
      await stage.system.startService(service, 0, { env: clockOff(seconds), ready: false });
      await delay(random.between(5_000, 15_000));
      await stage.handled(service, 2);
      await stage.system.kill(service);
      await stage.system.startService(service, 0, { ready: false });
    },
  };
};

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
  takes: [
    "broker",
    "postgres",
    ...everyProcess,
    ...serviceNames.map(networkOf),
    ...serviceNames.map(tablesOf),
  ],
  async run() {
    // Nothing restores a poisoned message that is still in the queue.
    const dead = stage.expected.dead?.get("inventory.orders.dead") ?? 0;
    await stage.until(
      async () => ((await stage.system.queueDepths()).get("inventory.orders.dead") ?? 0) === dead,
      "the poisoned messages to be dead letters",
    );
    await deleteQueue(stage);
    await worksAgain(stage, "inventory", "its queue was deleted"); // messages that bypassed it are in the range then
    const from = new Date(Date.now() - 10 * 60_000);
    await stage.until(() => reconcile(stage.system, from), "a complete reconciliation");
  },
});

/** One of each kind; most of them do not crash anything. */
export const subtleFaults: readonly Choose[] = [
  failover,
  poolerRestarted,
  halfOpenDatabase,
  halfOpenBroker,
  networkSlow,
  tableLocked,
  tableRewritten,
  clockWrong,
  outboxPoisoned,
];

export const soakFaults: readonly Choose[] = [
  ...subtleFaults,
  serviceKilled,
  serviceKilledAtPoint,
  brokerAway,
  brokerPaused,
  postgresAway,
  postgresPaused,
  connectionsCut,
  messagesPoisoned,
  queueLost,
];
