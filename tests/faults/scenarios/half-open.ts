import { type ServiceName, serviceNames } from "@orders/stack";
import type { TcpProxy } from "@rabbit-contract/messaging/testing";
import { worksAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";

type Moment = "at any moment" | "during a statement" | "before a commit" | "after a commit";

export const moments: readonly Moment[] = [
  "at any moment",
  "during a statement",
  "before a commit",
  "after a commit",
];

/** Makes every currently open connection half-open, each at its next such moment. */
export function freezeDatabase(proxy: TcpProxy, moment: Moment): void {
  if (moment === "at any moment") {
    proxy.freeze();
    return;
  }
  const last = proxy.accepted;
  proxy.fate = (sent, connection) => {
    if (connection > last || sent.includes("commit") !== (moment !== "during a statement")) return undefined;
    return moment === "before a commit" ? "half-open before" : "half-open after";
  };
}

/** Makes a service's database connections half-open, and returns once it works again over new ones. */
async function halfOpenDatabaseOnce(stage: Stage, service: ServiceName, moment: Moment) {
  const proxy = stage.system.network.between(service, "database");
  freezeDatabase(proxy, moment);
  stage.damageEnded(); // new connections work
  await worksAgain(stage, service, `its database connections went half-open ${moment}`);
  proxy.fate = undefined;
}

async function halfOpenBrokerOnce(stage: Stage, service: ServiceName): Promise<void> {
  stage.system.network.between(service, "broker").freeze();
  stage.damageEnded();
  await worksAgain(stage, service, "its broker connections went half-open");
}

export const halfOpenDatabase: Scenario = {
  name: "half-open-database",
  fault: "each service's database connections half-open: at any moment, during a statement, at a commit",
  orders: 3_000,
  system: { proxied: true },
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 100, after: 1 / 6 }, async () => {
      for (const moment of stage.random.of("moments").shuffled(moments))
        for (const service of stage.random.of(moment).shuffled(serviceNames))
          await halfOpenDatabaseOnce(stage, service, moment);
    });
  },
};

export const halfOpenBroker: Scenario = {
  name: "half-open-broker",
  fault: "each service's broker connections half-open, then all at once",
  orders: 3_000,
  system: { proxied: true },
  async run(stage) {
    await stage.underLoad({ clients: 40, rate: 100, after: 1 / 6 }, async () => {
      for (const service of stage.random.of("services").shuffled(serviceNames))
        await halfOpenBrokerOnce(stage, service);
      await Promise.all(serviceNames.map((service) => halfOpenBrokerOnce(stage, service)));
    });
  },
};
