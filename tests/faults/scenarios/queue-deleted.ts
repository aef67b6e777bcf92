import process from "node:process";
import { setTimeout as delay } from "node:timers/promises";
import { reconcile } from "../reconcile.ts";
import type { Scenario, Stage } from "../scenario.ts";

const queue = "inventory.orders";
/** Milliseconds for the broker to enqueue the messages sent to it. */
const arrival = 500;

/**
 * The queue is deleted twice while it is being consumed, and once while its consumer is down and messages wait. Those
 * are lost by definition; the broker reports how many, and a reconciliation republishes them.
 */
export const queueDeleted: Scenario = {
  name: "queue-deleted",
  fault: "the only queue of order.created deleted, 3 times",
  orders: 3_000,
  async run(stage) {
    const from = new Date();
    let inside = 0;
    await stage.underLoad({ clients: 20, rate: 200, cancels: 0, ships: 0, after: 1 / 6 }, async () => {
      for (const consumed of [true, true, false]) {
        await delay(stage.random.between(200, 1_000));
        if (!consumed) {
          await stage.system.kill("inventory");
          await stage.until(
            () => waitsAlone(stage),
            "messages to wait, including those that it held and returned",
          );
        }
        inside += await deleteQueue(stage);
        stage.damageEnded();
        if (!consumed) await stage.system.startService("inventory");
        await stage.recovered();
      }
    });

    // Before anything is republished, only the messages that were in the queue may be missing.
    stage.expected = { mayBeLost: inside };
    const { lost, problems } = await stage.quiet();
    stage.problems.push(...problems.map((problem) => `before the reconciliation: ${problem}`));
    stage.note(`${inside} messages were in the queue when it was deleted; ${lost} orders waited for them`);
    stage.expected = {};
    await reconcile(stage.system, from);
  },
};

/** Whether the queue has messages, and the broker has noticed that its consumer is gone: none is unacknowledged. */
function waitsAlone({ system }: Stage): Promise<boolean> {
  return system.onBroker(async (channel) => {
    const { messageCount, consumerCount } = await channel.checkQueue(queue);
    return messageCount > 0 && consumerCount === 0;
  });
}

/**
 * Pauses the order service, so that no message is in flight: one that reaches the queue while it is being deleted is
 * lost as well, but not counted.
 * @returns how many messages were in it, excluding unacknowledged ones
 */
export async function deleteQueue(stage: Stage): Promise<number> {
  const { pid } = stage.system.process("order");
  process.kill(pid, "SIGSTOP");
  try {
    await delay(arrival);
    return await stage.system.onBroker(async (channel) => (await channel.deleteQueue(queue)).messageCount);
  } finally {
    process.kill(pid, "SIGCONT");
  }
}
