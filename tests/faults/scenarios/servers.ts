/** Servers that fail under load. */
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fillDisk, freeDisk, runningPostgres, startPostgres } from "@orders/stack/servers";
import { failover, partOf, serverAway, serverPaused } from "../faults.ts";
import { inTurn } from "../in-turn.ts";
import { withPooler } from "../pooler.ts";
import { type Servers, startServers } from "../servers.ts";
import { startServersWithStandby } from "../standby.ts";

const broker = (name: string, fault: string, how: "stop" | "kill") =>
  inTurn({
    name,
    fault,
    orders: 10_000,
    load: { rate: 500 },
    at: [1 / 3, 1 / 2],
    faults: ({ servers }) => [1, 2].map(() => [serverAway("broker", servers.broker, how)]),
  });
export const brokerKilled = broker("broker-killed", "broker: SIGKILL, twice", "kill");
export const brokerRestarted = broker("broker-restarted", "broker: clean restart, twice", "stop");

export const brokerPaused = inTurn({
  name: "broker-paused",
  fault: "broker: SIGSTOP for 30 s",
  orders: 10_000,
  load: { rate: 300, after: 1 / 3 },
  faults: ({ servers }) => [[serverPaused("broker", servers.broker, 30)]],
});

export const postgresFailover = inTurn({
  name: "postgres-failover",
  fault: "PostgreSQL: primary SIGKILLed, synchronous standby promoted, there and back",
  orders: 3_000,
  servers: startServersWithStandby,
  load: { clients: 40, rate: 200 },
  at: [1 / 4, 1 / 2],
  faults: (stage) => [[failover(stage)], [failover(stage)]],
});

export const poolerRestarted = inTurn({
  name: "pooler-restarted",
  fault: "PgBouncer in transaction mode: restarted, and killed",
  orders: 3_000,
  servers: withPooler(startServers),
  load: { clients: 40, rate: 200 },
  at: [1 / 5, 2 / 5, 3 / 5],
  faults: (stage) =>
    (["stop", "kill", "kill"] as const).map((how) => [
      serverAway("pooler", partOf(stage, "pooler"), how, stage.random.between(0, 2_000)),
    ]),
});

/** Megabytes; more than the tables need in any run. */
const size = 300;
async function startServersWithSmallDisk(directory: string): Promise<Servers> {
  const place = join(directory, "postgres");
  await startPostgres({ directory: place, disk: size });
  const servers = await startServers(directory);
  const { pid = 0, disk = "" } = runningPostgres(place) ?? {};
  return { ...servers, disk: { fill: () => fillDisk(pid, disk), free: () => freeDisk(pid, disk) } };
}

export const diskFull = inTurn({
  name: "disk-full",
  fault: "PostgreSQL: no space left on its disk for 20 s, twice",
  orders: 3_000,
  servers: startServersWithSmallDisk,
  load: { clients: 40, rate: 100 },
  at: [1 / 4, 1 / 2],
  faults: (stage) => {
    const disk = partOf(stage, "disk");
    const noSpace = {
      name: "postgres: no space left",
      takes: ["postgres"],
      async run() {
        disk.fill();
        await delay(20_000);
        disk.free();
      },
    };
    return [[noSpace], [noSpace]];
  },
  keepsAttempts: true,
  check({ problems }, { unavailable }) {
    if (unavailable === 0) problems.push("no client got a 503: the disk was never full");
  },
});
