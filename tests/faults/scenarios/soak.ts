import { setTimeout as delay } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { withPooler } from "../pooler.ts";
import { allWorkAgain } from "../progress.ts";
import type { Scenario, Stage } from "../scenario.ts";
import { type Choose, soakFaults, subtleFaults } from "../soak-faults.ts";
import { startServersWithStandby } from "../standby.ts";

/** Orders per second. */
const rate = 30;
const clients = 50;
/** Faults per round, seconds apart; after a round, the whole system must work again. */
const perRound = 10;
/** Milliseconds without a fault after each round. */
const calm = 5_000;
/** Maximum faults at the same time. */
const most = 3;
/** Seconds in which a service must work again after a round, whose longest fault may just have ended. */
const promised = 60;

/** A broker, a database with a standby, and a pooler. */
export const startAll = withPooler(startServersWithStandby);

/** Each fault has exclusive use of what it damages; others run at the same time. */
class Faults {
  readonly #stage: Stage;
  readonly #taken = new Set<string>();
  readonly #running = new Set<Promise<void>>();
  #count = 0;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Starts a random fault out of those that are possible now, and returns it. */
  startOne(choices: readonly Choose[]): Choose | undefined {
    const random = this.#stage.random.of(`fault ${this.#count}`);
    const possible = random
      .shuffled(choices)
      .map((choice) => ({ choice, fault: choice(this.#stage, random) }))
      .find(({ fault }) => !fault.takes.some((one) => this.#taken.has(one)));
    if (!possible || this.#running.size >= most) return undefined;
    const { name, takes } = possible.fault;
    const number = ++this.#count;
    this.#stage.progress(`  ${number}: ${name}`);
    for (const one of takes) this.#taken.add(one);
    const running = runToEnd(possible.fault)
      .catch((error: unknown) => {
        const message = error instanceof Error ? error.message : String(error);
        this.#stage.problems.push(`fault ${number}, ${name}: ${message}`);
      })
      .finally(() => {
        for (const one of takes) this.#taken.delete(one);
        this.#running.delete(running);
      });
    this.#running.add(running);
    return possible.choice;
  }

  get count(): number {
    return this.#count;
  }

  async ended(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }
}

async function runToEnd({ run, rest = 0, after }: Fault): Promise<void> {
  await run();
  await delay(rest);
  await after?.();
}

export const soak: Scenario = {
  name: "soak",
  fault: "everything at random, one fault every few seconds",
  orders: 10_000,
  servers: startAll,
  system: { proxied: true, pooled: ["notification"] },
  // Poisoned messages stay in the retry tiers for 71 s.
  patience: 120,
  async run(stage) {
    const end = Date.now() + 60_000 * stage.minutes;
    await stage.system.queuesSettled;
    const faults = new Faults(stage);
    const pauses = stage.random.of("pauses");
    await stage.underLoad({ orders: clients, clients, rate, patience: 600_000 }, async (load) => {
      while (Date.now() < end) {
        const last = faults.count + perRound;
        while (faults.count < last && Date.now() < end) {
          await delay(pauses.between(1_000, 6_000));
          faults.startOne(soakFaults);
        }
        await faults.ended();
        await allWorkAgain(stage, `${faults.count} faults`, { promised });
        await delay(calm);
        stage.progress(`  ${load.accepted.length} orders accepted, ${stage.problems.length} problems`);
      }
    });
    await removePoison(stage);
    stage.note(`${faults.count} faults in ${stage.minutes} minutes`);
  },
};

/** For `make test`: each of these once. */
export const subtleFaultsOnce: Scenario = {
  name: "subtle-faults-once",
  fault: "failover, pooler, half-open and slow connections, locks, a rewrite, a clock, a poisoned outbox",
  orders: 1_000,
  servers: startAll,
  system: soak.system ?? {},
  patience: 60,
  async run(stage) {
    const faults = new Faults(stage);
    await stage.underLoad({ orders: clients, clients, rate: rate / 2 }, async () => {
      const left = new Set(subtleFaults);
      while (left.size > 0) {
        const started = faults.startOne([...left]);
        if (started) left.delete(started);
        await delay(500);
      }
      await faults.ended();
      await allWorkAgain(stage, `${faults.count} faults`, { promised });
    });
    await removePoison(stage);
  },
};

/** Messages to an exchange that does not exist stay in the outbox until an operator deletes them. */
async function removePoison({ system }: Stage): Promise<void> {
  for (const service of ["order", "inventory"] as const)
    await system.sql(service, "delete from outbox where exchange = 'gone'");
}
