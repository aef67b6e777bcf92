import { bodyOf, deadLettersAt } from "@orders/stack/rest";
import { eventually, StopWaiting } from "@rabbit-contract/messaging/testing";
import { type Poison, poison } from "../poison.ts";
import { operator } from "../rest.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Poison that does not crash the process; throughput is measured with it. */
const harmless: readonly Poison[] = ["not JSON", "schema violation", "unknown version", "handler throws"];
/** Messages that crash their process; few, because each takes three crashes. */
const deadly = 2;

export const poisoned: Scenario = {
  name: "poison",
  fault: "1 % of messages cannot be handled, some crash the process",
  orders: 6_000,
  // The retry tiers hold a message for 71 s in total.
  patience: 90,
  async run(stage) {
    const third = Math.ceil(stage.orders / 3);
    const clean = await settleTime(stage, third);
    const kinds = stage.random
      .of("kinds")
      .shuffled(
        Array.from(
          { length: Math.max(4, Math.ceil(third / 100)) },
          (_, index) => harmless[index % 4] ?? "not JSON",
        ),
      );
    const [poisonedTime, harmlessIds] = await Promise.all([
      settleTime(stage, third),
      poison(stage.system, kinds, clean),
    ]);
    stage.note(
      `${third} orders took ${(clean / 1000).toFixed(1)} s, with ${kinds.length} poisoned messages among them ` +
        `${(poisonedTime / 1000).toFixed(1)} s: ${Math.round((100 * clean) / poisonedTime)} % of the throughput`,
    );

    // Messages that are still being retried could be mistaken for those that crash the process.
    await stage.until(async () => (await deadLetters(stage)) >= kinds.length, "every retry to be used up");
    const load = stage.load({ orders: third, clients: 20, rate: 100, keys: "deadly" });
    const { deaths, deadlyIds } = await load.during(() => restartInventory(stage));
    stage.note(`the inventory service crashed ${deaths} times because of ${deadly} messages`);
    await load.done;
    const count = await checkDeadLetters(stage, new Map([...harmlessIds, ...deadlyIds]));
    // A process that died before it acknowledged a message leaves a second copy among the dead letters.
    const copies = count - kinds.length - deadly;
    if (copies > deaths) stage.problems.push(`${copies} dead letters are copies, after ${deaths} deaths`);
    stage.expected = { dead: new Map([["inventory.orders.dead", count]]) };
  },
};

/** Checks that exactly the poison messages are dead letters, each for its expected reason. Returns their number. */
async function checkDeadLetters(stage: Stage, expected: ReadonlyMap<string, string>): Promise<number> {
  const { problems } = stage;
  const found = await eventually(() => listedDeadLetters(stage));
  const reasons = new Map<string, Set<string>>();
  for (const { id, reason } of found) reasons.set(id, (reasons.get(id) ?? new Set()).add(reason));
  for (const [id, reason] of expected)
    if (!reasons.get(id)?.has(reason))
      problems.push(`${id} is ${[...(reasons.get(id) ?? ["not dead"])].join(" and ")}, not ${reason}`);
  for (const [id, itsReasons] of reasons)
    if (!expected.has(id))
      problems.push(`an innocent message, ${id}, is dead: ${[...itsReasons].join(" and ")}`);
  return found.length;
}

async function listedDeadLetters({ system }: Stage) {
  const found: { readonly id: string; readonly reason: string }[] = [];
  const calls = deadLettersAt(system.urls("inventory", "adminPort")[0] ?? "", operator);
  for (let after: string | undefined; ; ) {
    const query = { queue: "inventory.orders", limit: 100, ...(after !== undefined && { after }) };
    const { items, next } = await bodyOf(calls.get({ query }));
    found.push(...items);
    if (next === null) return found;
    after = next;
  }
}

/** Milliseconds from the first order to the last one that settles. */
async function settleTime(stage: Stage, orders: number): Promise<number> {
  const start = performance.now();
  const load = stage.load({ orders, keys: `load-${stage.loads.length}` });
  await load.done;
  await stage.settled(stage.loads.reduce((sum, one) => sum + one.accepted.length, 0));
  return performance.now() - start;
}

/** Restarts the service whenever it crashes, until the messages that crash it are dead letters. */
async function restartInventory(stage: Stage) {
  const deadlyIds = await poison(
    stage.system,
    Array.from({ length: deadly }, (): Poison => "process dies"),
    500,
  );
  let deaths = 0;
  for (;;) {
    const { exited } = stage.system.process("inventory");
    const died = await Promise.race([exited.then(() => true), quarantined(stage, [...deadlyIds.keys()])]);
    if (!died) return { deaths, deadlyIds };
    deaths++;
    if (deaths > 8 * deadly)
      throw new StopWaiting(`the inventory service died ${deaths} times: nothing is quarantined`);
    stage.damageEnded();
    await stage.system.startService("inventory", 0, { ready: false });
  }
}

/** Waits for their ids, since copies of other messages may also be among the dead letters. */
async function quarantined(stage: Stage, messageIds: readonly string[]): Promise<false> {
  await stage.until(async () => {
    const dead = new Set((await listedDeadLetters(stage)).map(({ id }) => id));
    return messageIds.every((id) => dead.has(id));
  }, "the messages to be quarantined");
  return false;
}

/** The number of dead letters, which only grows. */
async function deadLetters({ system }: Stage): Promise<number> {
  return (await system.queueDepths()).get("inventory.orders.dead") ?? 0;
}
