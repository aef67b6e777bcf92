import { join } from "node:path";
import {
  controlRabbitmq,
  nodeName,
  startPostgres,
  startRabbitmq,
  stopPostgres,
  stopRabbitmq,
} from "@orders/stack/servers";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { type Node, postgresServer, rabbitmqServer, type Servers } from "./servers.ts";

/**
 * A minority that cannot reach the other nodes pauses, as RabbitMQ's documentation recommends, instead of continuing
 * alone.
 */
const settings = ["cluster_partition_handling = pause_minority"];

const numbers = [1, 2, 3];

/** Starts a broker of three nodes, each with its own ports and data, and a database server. */
export async function startCluster(directory: string): Promise<Servers> {
  const placeOf = (number: number) => join(`${directory}-${number}`, "rabbitmq");
  const database = join(directory, "postgres");
  const remove = async () => {
    // The first node stops last: the others know each other through its epmd.
    for (const number of numbers.toReversed()) await stopRabbitmq(placeOf(number), { purge: true });
    await stopPostgres(database, { purge: true });
  };
  const start = (number: number) =>
    startRabbitmq({
      directory: placeOf(number),
      settings,
      ...(number > 1 && { clusterWith: placeOf(1) }),
    });
  try {
    const nodes: Node[] = [];
    for (const number of numbers) {
      const { amqpUrl, managementUrl } = await start(number);
      const name = nodeName(placeOf(number));
      const node = rabbitmqServer(placeOf(number), () => start(number));
      nodes.unshift({
        ...node,
        name,
        admin: { AMQP_URL: amqpUrl, RABBITMQ_MANAGEMENT_URL: managementUrl },
        async isolate(milliseconds) {
          await controlRabbitmq(placeOf(number), "eval", refuseOthers(milliseconds));
          // If it still answered one of the others, they would see a partial partition, and all nodes would pause.
          node.pause();
          try {
            const others = numbers.filter((one) => one !== number).map(placeOf);
            const disconnect = `erlang:disconnect_node('${name}').`;
            await waitForAll(others.map((place) => controlRabbitmq(place, "eval", disconnect)));
          } finally {
            node.resume();
          }
        },
      });
    }
    const [broker] = nodes;
    const first = nodes.at(-1);
    if (!broker || !first) throw new Error("the cluster has no nodes");
    const { databaseUrl } = await startPostgres({ directory: database });
    const postgres = postgresServer(() => database);
    return { admin: { ...first.admin, DATABASE_URL: databaseUrl }, broker, postgres, nodes, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Erlang code that keeps the node from connecting to any other node for a while. */
function refuseOthers(milliseconds: number): string {
  return `Others = nodes(),
    net_kernel:allow([node()]),
    spawn(fun() -> timer:sleep(${milliseconds}), net_kernel:allow(Others) end),
    ok.`;
}
