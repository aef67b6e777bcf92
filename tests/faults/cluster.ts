import { join } from "node:path";
import { runningPostgres, startPostgres, stopPostgres } from "../../stack/postgres.ts";
import { evaluate, nodeName, runningRabbitmq, startRabbitmq, stopRabbitmq } from "../../stack/rabbitmq.ts";
import { type Node, type Servers, server } from "./servers.ts";

/** A minority that cannot reach the others stops, as the documentation advises, instead of living on by itself. */
const settings = ["cluster_partition_handling = pause_minority"];

/** A broker of three nodes, each with its own ports and data, and a database server. */
export async function startCluster(directory: string): Promise<Servers> {
  const placeOf = (number: number) => join(`${directory}-${number}`, "rabbitmq");
  const database = join(directory, "postgres");
  const remove = async () => {
    // The first one last: the others are known to each other through its epmd.
    for (const number of [3, 2, 1]) await stopRabbitmq(placeOf(number), { purge: true });
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
    for (const number of [1, 2, 3]) {
      const { amqpUrl, managementUrl } = await start(number);
      nodes.unshift({
        name: nodeName(placeOf(number)),
        admin: { AMQP_URL: amqpUrl, RABBITMQ_MANAGEMENT_URL: managementUrl },
        isolate: (milliseconds) => evaluate(placeOf(number), isolation(milliseconds)),
        ...server({
          running: () => {
            const node = runningRabbitmq(placeOf(number));
            return node && { pid: node.pid, urls: [node.amqpUrl, node.managementUrl] };
          },
          start: () => start(number),
          stop: () => stopRabbitmq(placeOf(number)),
        }),
      });
    }
    const [broker] = nodes;
    const first = nodes.at(-1);
    if (!broker || !first) throw new Error("a cluster has nodes");
    const { databaseUrl } = await startPostgres({ directory: database });
    const postgres = server({
      running: () => {
        const running = runningPostgres(database);
        return running && { pid: running.pid, urls: [databaseUrl] };
      },
      start: () => startPostgres({ directory: database }),
      stop: () => stopPostgres(database),
    });
    return { admin: { ...first.admin, DATABASE_URL: databaseUrl }, broker, postgres, nodes, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Erlang that refuses every other node for a while. */
function isolation(milliseconds: number): string {
  return `spawn(fun() ->
    Others = nodes(),
    net_kernel:allow([node()]),
    [erlang:disconnect_node(Other) || Other <- Others],
    timer:sleep(${milliseconds}),
    net_kernel:allow(Others)
  end), ok.`;
}
