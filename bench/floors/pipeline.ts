import { type ServiceName, serviceNames } from "@orders/stack";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { anonymousCustomers } from "../load/customers.ts";
import type { RunningPipeline } from "../pipeline.ts";
import { databasesOf, type SystemPlace, serverProcesses } from "../system.ts";
import type { launchFloor } from "./launch.ts";

type Program = Awaited<ReturnType<typeof launchFloor>>;

/** Starts a pipeline in which other programs replace the services, on databases with the services' names. */
export async function launchPipeline(
  { servers, name, replicas = 1 }: SystemPlace,
  launch: (service: ServiceName) => Promise<Program>,
): Promise<RunningPipeline> {
  const programs = await waitForAll(
    serviceNames.flatMap((service) =>
      Array.from({ length: replicas }, async () => [service, await launch(service)] as const),
    ),
  );
  const databases = databasesOf(servers, name);
  const pids = (name: ServiceName) =>
    programs.filter(([service]) => service === name).map(([, { pid }]) => pid);
  return {
    urls: programs.filter(([service]) => service === "order").map(([, { url }]) => url),
    path: "/orders",
    customers: anonymousCustomers,
    processes: new Map([
      ...serviceNames.map((service) => [service, pids(service)] as const),
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
