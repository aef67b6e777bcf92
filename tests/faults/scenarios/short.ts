/** For `make test`: everything that can be killed, killed once. */
import { serviceNames } from "@orders/stack";
import type { FaultPoint } from "@rabbit-contract/postgres/testing";
import { checkAttempts } from "../progress.ts";
import type { Scenario } from "../scenario.ts";
import { hotTablesOf, lockTable } from "./locked-tables.ts";
import { killEach, servicesAt } from "./services.ts";

export const servicesKilledOnce: Scenario = {
  name: "services-killed-once",
  fault: "a service at each named point: SIGKILL",
  orders: 100,
  async run(stage) {
    const load = stage.load({ clients: 10, rate: 50 });
    await load.during(async () => {
      for (const point of stage.random.shuffled(Object.keys(servicesAt) as FaultPoint[]))
        await killEach(stage, point, 1, [stage.random.pick(servicesAt[point])]);
    });
    await load.done;
  },
};

export const serversKilledOnce: Scenario = {
  name: "servers-killed-once",
  fault: "broker and PostgreSQL: SIGKILL",
  orders: 100,
  async run(stage) {
    await stage.system.queuesSettled;
    const load = stage.load({ clients: 10, rate: 50 });
    await load.during(async () => {
      await stage.settled(10);
      for (const server of stage.random.shuffled([stage.servers.broker, stage.servers.postgres])) {
        await server.kill();
        await server.start();
        stage.damageEnded();
        await stage.recovered();
      }
    });
    await load.done;
  },
};

export const tablesLockedOnce: Scenario = {
  name: "tables-locked-once",
  fault: "a hot table of each service locked for 5 s",
  orders: 100,
  system: {
    env: {
      LOG_LEVEL: "info",
      DATABASE_REQUEST_STATEMENT_TIMEOUT: "1s",
      DATABASE_MESSAGING_STATEMENT_TIMEOUT: "1s",
    },
  },
  async run(stage) {
    const load = stage.load({ clients: 10, rate: 50 });
    await load.during(async () => {
      await stage.settled(10);
      const locks = serviceNames.map((service) =>
        lockTable(stage, service, stage.random.pick(hotTablesOf(service)), 5),
      );
      await Promise.all(locks);
    });
    await load.done;
    checkAttempts(stage);
  },
};
