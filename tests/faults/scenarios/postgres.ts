import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "../../../stack/names.ts";
import { waitFor } from "../../../stack/wait.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Milliseconds. */
const outage = 10_000;

async function whileAway(stage: Stage, end: () => Promise<void>): Promise<void> {
  const load = stage.load({ clients: 50, rate: 250 });
  await load.during(async () => {
    await stage.settled(Math.floor(stage.orders / 3));
    await end();
    const start = Date.now();
    await checkHealth(stage);
    await delay(Math.max(0, start + outage - Date.now()));
    await stage.servers.postgres.start();
    stage.damageEnded();
    await stage.recovered();
  });
  await load.done;
  if (load.unavailable === 0) stage.problems.push("no client was answered 503 while PostgreSQL was away");
}

/** Every service says that it is not ready, and that it lives. */
async function checkHealth({ system, problems }: Stage): Promise<void> {
  for (const service of serviceNames) {
    const [url] = system.urls(service);
    const ask = async (path: string) => (await fetch(`${url}/health/${path}`)).status;
    try {
      const what = `${service} to say that it is not ready`;
      await waitFor(async () => (await ask("ready")) === 503, { what, timeout: 5_000, interval: 200 });
    } catch (error) {
      problems.push(String(error));
    }
    if ((await ask("live")) !== 200) problems.push(`${service} is not live while PostgreSQL is away`);
  }
}

export const postgresStopped: Scenario = {
  name: "postgres-stopped",
  fault: "PostgreSQL: stopped for 10 s",
  orders: 3_000,
  run: (stage) => whileAway(stage, () => stage.servers.postgres.stop()),
};

export const postgresKilled: Scenario = {
  name: "postgres-killed",
  fault: "PostgreSQL: SIGKILL, away for 10 s",
  orders: 3_000,
  run: (stage) => whileAway(stage, () => stage.servers.postgres.kill()),
};
