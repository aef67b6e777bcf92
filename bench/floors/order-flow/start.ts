/** Starts the hand-tuned floor of the order flow, on its own copies of the system's exchanges, queues and tables. */
import { fileURLToPath } from "node:url";
import { variableOf } from "@orders/stack";
import type { RunningPipeline } from "../../pipeline.ts";
import { databasesOf, provision, type SystemPlace, stockProducts } from "../../system.ts";
import { launchFloor } from "../launch.ts";
import { launchPipeline } from "../pipeline.ts";

export async function startFloor(
  place: SystemPlace,
  env: Readonly<Record<string, string>> = {},
): Promise<RunningPipeline> {
  const { servers, name, products } = place;
  const environments = await provision(place);
  const databases = databasesOf(servers, name);
  await stockProducts(databases.inventory, databases.order, products);
  // Only readers that follow notifications need it, and the floor has none.
  await databases.notification.query("alter table notifications disable trigger user");
  await Promise.all(Object.values(databases).map((pool) => pool.end()));
  return launchPipeline(place, (service) => {
    const script = fileURLToPath(new URL(`${service}.ts`, import.meta.url).href);
    const given = (variable: string) => environments[service][variableOf(service, variable)] ?? "";
    const urls = { AMQP_URL: given("AMQP_URL"), DATABASE_URL: given("DATABASE_URL") };
    return launchFloor(`the floor's ${service}`, script, { ...urls, ...env });
  });
}
