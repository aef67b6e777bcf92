/** Starts the hand-tuned floor of the order flow, on exchanges, queues and tables of its own that are the system's. */
import { fileURLToPath } from "node:url";
import { serviceNames, variableOf } from "@orders/stack";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { anonymousCustomers } from "../../load/customers.ts";
import type { RunningPipeline } from "../../pipeline.ts";
import { databasesOf, provision, type SystemPlace, serverProcesses, stockProducts } from "../../system.ts";
import { launchFloor } from "../launch.ts";

export async function startFloor(place: SystemPlace): Promise<RunningPipeline> {
  const { servers, name, products } = place;
  const environments = await provision(place);
  const databases = databasesOf(servers, name);
  await stockProducts(databases.inventory, databases.order, products);
  // Only readers that follow notifications need it, and the floor has none.
  await databases.notification.query("alter table notifications disable trigger user");
  const programs = await waitForAll(
    serviceNames.map(async (service) => {
      const script = fileURLToPath(new URL(`${service}.ts`, import.meta.url).href);
      const given = (variable: string) => environments[service][variableOf(service, variable)] ?? "";
      const env = { AMQP_URL: given("AMQP_URL"), DATABASE_URL: given("DATABASE_URL") };
      return [service, await launchFloor(`the floor's ${service}`, script, env)] as const;
    }),
  );
  return {
    urls: programs.filter(([service]) => service === "order").map(([, { url }]) => url),
    path: "/orders",
    customers: anonymousCustomers,
    processes: new Map([
      ...programs.map(([service, { pid }]) => [service, [pid]] as const),
      ...serverProcesses(servers),
    ]),
    orderDatabase: databases.order,
    notificationDatabase: databases.notification,
    async stop() {
      await waitForAll(programs.map(([, program]) => program.stop()));
      await Promise.all(Object.values(databases).map((pool) => pool.end()));
    },
  };
}
