import { setTimeout as delay } from "node:timers/promises";
import { serviceNames } from "@orders/stack";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import type { Scenario, Stage } from "../scenario.ts";

/** In each round, one replica of each service is killed and restarted. */
const rounds = 10;

/** Maximum connections of one process; see docs/configuration.md. */
const most = { database: 14, broker: 2 };

export const replicas = withReplicas("replicas", 2);
export const fiveReplicas = withReplicas("replicas-5", 5);

function withReplicas(name: string, count: number): Scenario {
  return {
    name,
    fault: `${count === 2 ? "two" : count} replicas of each service, one killed again and again`,
    orders: 3_000,
    system: { replicas: count },
    async run(stage) {
      const random = stage.random.of("kills");
      await stage.underLoad({ clients: 40, rate: 200 }, async () => {
        for (
          let round = 0;
          round < Math.max(2, Math.ceil((rounds * Math.min(stage.orders, 3_000)) / 3_000));
          round++
        ) {
          for (const service of random.shuffled(serviceNames)) {
            const victim = random.between(0, count - 1);
            await delay(random.between(0, 500));
            await stage.system.kill(service, victim);
            stage.damageEnded();
            await stage.system.startService(service, victim);
          }
        }
      });
      await countConnections(stage, count);
    },
  };
}

/** Poolers and brokers are sized for the configured number of connections per replica. */
async function countConnections(stage: Stage, count: number): Promise<void> {
  const query = "select from pg_stat_activity where datname = current_database() and usename <> current_user";
  const management = new ManagementApi(stage.servers.admin.RABBITMQ_MANAGEMENT_URL);
  for (const service of serviceNames) {
    const database = (await stage.system.sql(service, query)).length;
    const host = encodeURIComponent(stage.system.virtualHost(service));
    const all = await management.get(`vhosts/${host}/connections`);
    const user = new RegExp(`_${service}$`);
    const broker = (Array.isArray(all) ? all : []).filter((one) => user.test(one.user)).length;
    stage.note(
      `${service}: ${database} connections to the database, ${broker} to the broker, of ${count} processes`,
    );
    // The database may not have noticed yet that a killed process is gone.
    if (database > (count + 1) * most.database || broker > (count + 1) * most.broker) {
      stage.problems.push(`${service} has more connections than ${count} processes may have`);
    }
  }
}
