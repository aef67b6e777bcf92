import { setTimeout as delay } from "node:timers/promises";
import { startCluster } from "../cluster.ts";
import type { Scenario, Stage } from "../scenario.ts";

/** Milliseconds for which a node is cut off. */
const isolation = 20_000;

/**
 * Milliseconds before the first kill, in addition to what every scenario waits. On a fast machine, when the first
 * leader died 10 seconds after the queues were declared, they never elected another (RabbitMQ 3.10).
 */
const settling = 20_000;

export const cluster: Scenario = {
  name: "cluster",
  fault: "three nodes: leader of the queues SIGKILLed, then a node cut off",
  orders: 3_000,
  servers: startCluster,
  async run(stage) {
    const [leader, follower] = stage.servers.nodes;
    if (!leader || !follower) throw new Error("this needs a cluster");
    await stage.system.queuesSettled;
    await everyMemberOnline(stage);
    await delay(settling);
    if (new Set((await queuesOf(stage)).map((queue) => queue.leader)).size !== 1)
      stage.problems.push("the queues have several leaders");
    await stage.underLoad({ clients: 20, rate: 100, after: 1 / 6 }, async () => {
      await leader.kill();
      stage.damageEnded(); // the remaining nodes must continue on their own
      await stage.recovered();
      stage.note("the remaining nodes continued without the leader");
      await leader.start();
      await everyMemberOnline(stage);

      const queues = await queuesOf(stage);
      const led = queues.filter((queue) => queue.leader === follower.name);
      stage.note(`${led.length} of ${queues.length} queues are led by the node that is cut off now`);
      await follower.isolate(isolation);
      const back = Date.now() + isolation;
      await stage.until(
        async () => (await runningNodes(stage)) === 2,
        "the others to notice that a node is cut off",
      );
      stage.damageEnded();
      await stage.recovered();
      if (Date.now() < back) stage.note("the majority continued without the node that was cut off");
      else stage.problems.push("the majority stopped until the node that was cut off came back");
      await delay(isolation);
      await stage.until(async () => (await runningNodes(stage)) === 3, "the node to come back");
      stage.damageEnded();
      await stage.recovered();
    });
  },
};

async function runningNodes({ system }: Stage): Promise<number> {
  const nodes = (await system.management.get("nodes")) as { running: boolean }[];
  return nodes.filter(({ running }) => running).length;
}

/**
 * A queue needs two of its three members to elect a leader, so a node may be stopped only while all three are online.
 */
async function everyMemberOnline(stage: Stage): Promise<void> {
  const whole = async () => (await queuesOf(stage)).every(({ online = [] }) => online.length === 3);
  await stage.until(whole, "every queue to have a running member on each of the three nodes");
}

async function queuesOf({ system }: Stage) {
  const queues = await system.management.get(`queues/${system.virtualHost("order")}`);
  return queues as { readonly leader: string; readonly online?: readonly string[] }[];
}
