import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fillDisk, freeDisk, runningPostgres, startPostgres } from "@orders/stack/servers";
import { allWorkAgain, checkAttempts } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { type Servers, startServers } from "../servers.ts";

/** Megabytes; more than the tables need in any run. */
const size = 300;
async function startServersWithSmallDisk(directory: string): Promise<Servers> {
  const place = join(directory, "postgres");
  await startPostgres({ directory: place, disk: size });
  const servers = await startServers(directory);
  const { pid = 0, disk = "" } = runningPostgres(place) ?? {};
  return { ...servers, disk: { fill: () => fillDisk(pid, disk), free: () => freeDisk(pid, disk) } };
}

export const diskFull: Scenario = {
  name: "disk-full",
  fault: "PostgreSQL: no space left on its disk for 20 s, twice",
  orders: 3_000,
  servers: startServersWithSmallDisk,
  system: { env: { LOG_LEVEL: "info" } },
  async run(stage) {
    const { unavailable } = await stage.underLoad({ clients: 40, rate: 100 }, async () => {
      for (const share of [1 / 4, 1 / 2]) {
        await stage.settled(Math.floor(stage.orders * share));
        await withoutSpace(stage, 20);
      }
    });
    checkAttempts(stage);
    if (unavailable === 0) stage.problems.push("no client got a 503: the disk was never full");
  },
};

async function withoutSpace(stage: Stage, seconds: number): Promise<void> {
  stage.servers.disk?.fill();
  await delay(seconds * 1000);
  stage.servers.disk?.free();
  stage.damageEnded();
  await allWorkAgain(stage, "the disk had space again");
}
