import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { root, type ServiceName } from "@orders/stack";
import { serversOf } from "@orders/stack/test-run";
import type { Runtime } from "@orders/stack/testing/service";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { checkLedger, checkThroughRest, type Expectation, type Ledger } from "./ledger.ts";
import { Load, type LoadOptions } from "./load.ts";
import { createProducts, type Product, productsFor } from "./products.ts";
import { Random } from "./random.ts";
import { type Servers, startServers } from "./servers.ts";
import type { Shuffler } from "./shuffler.ts";
import { FaultSystem, type FaultSystemOptions } from "./system.ts";

/** One kind of fault, and how it is injected. */
export interface Scenario {
  readonly name: string;
  /** Description of the fault in the table. */
  readonly fault: string;
  /** Default number of orders. */
  readonly orders: number;
  readonly system?: Pick<FaultSystemOptions, "replicas" | "apart" | "proxied" | "pooled" | "env">;
  /** @default twenty, half of which run out */
  readonly products?: (orders: number) => readonly Product[];
  /** @default one broker and one PostgreSQL */
  readonly servers?: (directory: string) => Promise<Servers>;
  /** Connects services that have a virtual host each. */
  readonly connect?: (system: FaultSystem, random: Random) => Promise<Shuffler>;
  /** Loads the system and injects the fault. Returns once the load has ended. */
  run(stage: Stage): Promise<void>;
  /** Seconds without any change after which the scenario fails. @default 20 */
  readonly patience?: number;
}

export interface RunOptions {
  readonly seed: string;
  readonly orders?: number;
  readonly runtime?: Runtime;
  /** For scenarios whose length is given by time. @default 5 */
  readonly minutes?: number;
  /** Directory for the files of its own servers. */
  readonly directory: string;
  /** Servers to use instead; the caller stops them. */
  readonly servers?: Servers;
  readonly progress: (line: string) => void;
}

export interface Result {
  readonly fault: string;
  readonly orders: number;
  readonly lost: number;
  readonly doubled: number;
  /** Longest time from the end of a fault to the next settled order; undefined if there was none, or no outage. */
  readonly recoverySeconds: number | undefined;
  readonly problems: readonly string[];
  /** Further findings. */
  readonly notes: readonly string[];
}

/** A scenario's tools. */
export class Stage {
  readonly servers: Servers;
  readonly system: FaultSystem;
  readonly random: Random;
  readonly orders: number;
  readonly products: readonly Product[];
  readonly shuffler: Shuffler | undefined;
  readonly notes: string[] = [];
  readonly problems: string[] = [];
  readonly loads: Load[] = [];
  /** When each fault ended, in milliseconds of `Date.now()`. */
  readonly damageEnds: number[] = [];
  readonly progress: (line: string) => void;
  /** For scenarios whose length is given by time. */
  readonly minutes: number;
  /** Deviations that the ledger expects. */
  expected: Partial<Expectation> = {};

  constructor(
    options: Pick<
      Stage,
      "servers" | "system" | "random" | "orders" | "progress" | "products" | "shuffler" | "minutes"
    >,
  ) {
    this.servers = options.servers;
    this.system = options.system;
    this.random = options.random;
    this.orders = options.orders;
    this.progress = options.progress;
    this.products = options.products;
    this.shuffler = options.shuffler;
    this.minutes = options.minutes;
  }

  /** Starts placing orders. */
  load(options: Partial<LoadOptions> = {}): Load {
    const { system, products, orders, random } = this;
    const load = new Load({ system, products, orders, random: random.of("load"), ...options });
    this.loads.push(load);
    return load;
  }

  /**
   * Places orders until the work is done, and at least the planned number. The work starts once the share `after` of
   * them is settled.
   */
  async underLoad(
    { after = 0, ...options }: Partial<LoadOptions> & { readonly after?: number },
    work: (load: Load) => Promise<unknown>,
  ): Promise<Load> {
    const load = this.load(options);
    await load.during(async () => {
      await this.settled(Math.floor(this.orders * after));
      await work(load);
    });
    await load.done;
    return load;
  }

  /** Resolves once this many orders are settled. */
  async settled(count: number): Promise<void> {
    const query = "select count(*)::int as settled from orders where status <> 'pending'";
    await this.until(async () => {
      const [row] = await this.system.sql<{ settled: number }>("order", query);
      return (row?.settled ?? 0) >= count;
    }, `${count} orders to be settled`);
  }

  /** The fault is over: recovery is timed from here. */
  damageEnded(): void {
    this.damageEnds.push(Date.now());
  }

  /** Resolves once an order has settled since the last fault, or once all are placed and settled. */
  async recovered(): Promise<void> {
    const end = this.damageEnds.at(-1) ?? Date.now();
    const recovered = async () =>
      (await nextSettled(this.system, end)) !== undefined ||
      (this.loads.every((load) => load.ended) &&
        (await this.system.sql("order", "select from orders where status = 'pending' limit 1")).length === 0);
    await this.until(recovered, "an order to settle after the fault");
    const settled = await nextSettled(this.system, end);
    if (settled !== undefined) this.progress(`  recovered after ${((settled - end) / 1000).toFixed(1)} s`);
  }

  /**
   * Resolves once this service has finished every redelivered message whose handling was interrupted, or only those
   * started at least `starts` times. Any message that is being handled during three crashes is quarantined, even if it
   * did not cause them.
   */
  async handled(service: ServiceName, starts = 1): Promise<void> {
    const query = "select from inbox_starts where starts >= $1 limit 1";
    await this.until(
      async () => (await this.system.sql(service, query, [starts])).length === 0,
      `${service} to handle the interrupted messages`,
    );
  }

  /** The ledger once the system is idle, or once it is clear that it will not become idle. */
  quiet(): Promise<Ledger> {
    return quietLedger(this.system, this.expectation, 20_000);
  }

  /** Waits up to five minutes, for anything but `false` or `undefined`. */
  async until(condition: () => Promise<unknown>, what: string): Promise<void> {
    await waitFor(condition, { what, timeout: 5 * 60_000, interval: 50 });
  }

  get expectation(): Expectation {
    const accepted = this.loads.flatMap((load) => load.accepted);
    return { accepted, products: this.products, ...this.expected };
  }

  note(line: string): void {
    this.notes.push(line);
    this.progress(`  ${line}`);
  }
}

/** Runs a scenario from setup to result, and removes everything it created. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<Result> {
  const { seed, directory, progress, runtime, minutes = 5, orders = scenario.orders } = options;
  const servers =
    options.servers ?? (await (scenario.servers ?? startServers)(join(serversOf(directory), scenario.name)));
  try {
    const name = `faults_${scenario.name.replaceAll("-", "_")}`;
    const system = await FaultSystem.start({
      admin: servers.admin,
      name,
      ...scenario.system,
      ...(servers.nodes[0] && {
        provisioner: servers.nodes[0].admin,
        brokers: servers.nodes.map(({ admin }) => new URL(admin.AMQP_URL).host),
      }),
      ...(servers.pooler && { pooler: servers.pooler.databaseUrl }),
      ...(runtime && { runtime }),
    });
    let failed = true;
    let shuffler: Shuffler | undefined;
    try {
      const random = new Random(`${seed}/${scenario.name}`);
      const products = (scenario.products ?? productsFor)(orders);
      shuffler = await scenario.connect?.(system, random.of("shuffler"));
      const stage = new Stage({ servers, system, random, orders, progress, products, shuffler, minutes });
      const result = await judge(scenario, stage);
      failed = result.problems.length > 0;
      return result;
    } finally {
      await shuffler?.stop();
      if (failed) {
        const logs = join(root, ".local/faults", scenario.name);
        system.writeLogs(logs);
        progress(`  what the services printed is in ${logs}`);
      }
      await system.stop();
    }
  } finally {
    if (!options.servers) await servers.remove();
  }
}

async function judge(scenario: Scenario, stage: Stage): Promise<Result> {
  const { system, progress } = stage;
  await createProducts(system, stage.products);
  await scenario.run(stage);
  await Promise.all(stage.loads.map((load) => load.done));
  const { expectation } = stage;
  const { accepted } = expectation;
  progress(`  ${accepted.length} orders accepted, waiting until the system is idle`);
  const ledger = await quietLedger(system, expectation, (scenario.patience ?? 20) * 1000);
  const unavailable = sum(stage.loads.map((load) => load.unavailable));
  const unanswered = sum(stage.loads.map((load) => load.unanswered));
  if (unavailable + unanswered > 0)
    stage.note(`clients saw ${unavailable} answers 503 and ${unanswered} calls without an answer`);
  return {
    fault: scenario.fault,
    orders: accepted.length,
    lost: ledger.lost,
    doubled: ledger.doubled,
    recoverySeconds: await recoverySeconds(system, stage.damageEnds),
    problems: [
      ...stage.problems,
      ...stage.loads.flatMap((load) => [...load.violations]),
      ...ledger.problems,
      ...(await checkThroughRest(system, expectation)),
    ],
    notes: stage.notes,
  };
}

/** The ledger once it is correct and the system is idle, or once it has not changed for this many milliseconds. */
async function quietLedger(system: FaultSystem, expectation: Expectation, patience: number): Promise<Ledger> {
  let last = "";
  let changed = performance.now();
  for (;;) {
    const ledger = await checkLedger(system, expectation);
    if (ledger.problems.length === 0 && (await system.messagesInQueues()) === 0) {
      return checkLedger(system, expectation); // including messages that are still unacknowledged
    }
    const state = JSON.stringify(ledger);
    if (state !== last) changed = performance.now();
    if (performance.now() - changed > patience) return withStuck(ledger, await system.messagesInQueues());
    last = state;
    await delay(500);
  }
}

/** Unacknowledged messages do not show in a queue's depth. */
function withStuck(ledger: Ledger, messages: number): Ledger {
  if (ledger.problems.length > 0 || messages === 0) return ledger;
  return { ...ledger, problems: [`${messages} messages stay unacknowledged`] };
}

async function recoverySeconds(system: FaultSystem, ends: readonly number[]): Promise<number | undefined> {
  const times = await Promise.all(ends.map((end) => nextSettled(system, end)));
  const known = times.flatMap((time, index) => (time === undefined ? [] : [time - (ends[index] ?? 0)]));
  return known.length === 0 ? undefined : Math.max(...known) / 1000;
}

/** When the first order after this moment settled; both in milliseconds of `Date.now()`. */
async function nextSettled(system: FaultSystem, after: number): Promise<number | undefined> {
  const [row] = await system.sql<{ next: Date | null }>(
    "order",
    `select min((entry->>'at')::timestamptz) as next from orders, jsonb_array_elements(history) as entry
     where entry->>'status' in ('confirmed', 'rejected') and (entry->>'at')::timestamptz >= $1`,
    [new Date(after)],
  );
  return row?.next?.getTime();
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);
