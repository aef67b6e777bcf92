import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { checkAttempts } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Milliseconds. */
const outage = 10_000;

async function whileAway(stage: Stage, end: () => Promise<void>): Promise<void> {
  const { unavailable } = await stage.underLoad({ clients: 50, rate: 250, after: 1 / 3 }, async () => {
    const start = Date.now();
    const printed = linesPrinted(stage);
    await end();
    const ended = Date.now();
    await checkHealth(stage);
    await delay(Math.max(0, ended + outage - Date.now()));
    checkLogs(stage, printed, (Date.now() - start) / 1000);
    await stage.servers.postgres.start();
    stage.damageEnded();
    await stage.recovered();
  });
  checkAttempts(stage);
  if (unavailable === 0) stage.problems.push("no client got a 503 while PostgreSQL was down");
}

/** Every service reports that it is alive and not ready. */
async function checkHealth({ system, problems }: Stage): Promise<void> {
  for (const service of serviceNames) {
    const [url] = system.urls(service, "adminPort");
    const ask = async (path: string) => (await fetch(`${url}/health/${path}`)).status;
    try {
      const what = `${service} to report that it is not ready`;
      await waitFor(async () => (await ask("ready")) === 503, { what, timeout: 5_000, interval: 200 });
    } catch (error) {
      problems.push(String(error));
    }
    if ((await ask("live")) !== 200) problems.push(`${service} is not live while PostgreSQL is down`);
  }
}

function linesPrinted({ system }: Stage): Map<ServiceName, number> {
  return new Map(serviceNames.map((service) => [service, system.process(service).log().split("\n").length]));
}

/** Each kind of work that is waiting logs that every five seconds, however much fails. */
function checkLogs(stage: Stage, before: ReadonlyMap<ServiceName, number>, seconds: number): void {
  for (const [service, after] of linesPrinted(stage)) {
    const lines = after - (before.get(service) ?? 0);
    if (lines > 2 * seconds)
      stage.problems.push(`${service} printed ${lines} lines in ${seconds.toFixed(1)} s`);
    stage.note(`${service} printed ${lines} lines in ${seconds.toFixed(1)} s without PostgreSQL`);
  }
}

/** At `info`, each message that is retried is logged. */
const system = { env: { LOG_LEVEL: "info" } };

export const postgresStopped: Scenario = {
  name: "postgres-stopped",
  fault: "PostgreSQL: stopped for 10 s",
  orders: 3_000,
  system,
  run: (stage) => whileAway(stage, () => stage.servers.postgres.stop()),
};

export const postgresKilled: Scenario = {
  name: "postgres-killed",
  fault: "PostgreSQL: SIGKILL, down for 10 s",
  orders: 3_000,
  system,
  run: (stage) => whileAway(stage, () => stage.servers.postgres.kill()),
};
