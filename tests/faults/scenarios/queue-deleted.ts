import { setTimeout as delay } from "node:timers/promises";
import { connect } from "amqplib";
import type { Scenario } from "../scenario.ts";

const queue = "inventory.orders";
const deletions = 3;

/** Copies inside the deleted queue are lost by definition; the broker says how many there were. */
export const queueDeleted: Scenario = {
  name: "queue-deleted",
  fault: `the only queue of order.created deleted, ${deletions} times`,
  orders: 3_000,
  async run(stage) {
    const load = stage.load({ clients: 20, rate: 200, cancels: 0, ships: 0 });
    let inside = 0;
    await load.during(async () => {
      await stage.settled(Math.floor(stage.orders / 6));
      for (let deletion = 0; deletion < deletions; deletion++) {
        await delay(stage.random.between(200, 1_000));
        const connection = await connect(stage.system.amqpUrl());
        const channel = await connection.createChannel();
        inside += (await channel.deleteQueue(queue)).messageCount;
        stage.damageEnded();
        await connection.close();
        await stage.recovered();
      }
    });
    await load.done;
    stage.note(`${inside} messages were inside the queue when it was deleted`);
    stage.expected = { mayBeLost: inside };
  },
};
