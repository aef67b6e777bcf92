/** The inventory service. `--help` lists its environment variables. */
import { consumedQueues, consumeOrders, createOutbox, topology } from "@orders/generated/inventory";
import { appendToOutbox, inboxChores } from "@rabbit-contract/postgres";
import { createLogger, openBackends, startHousekeeping } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit, tlsProblems } from "@rabbit-contract/service/config";
import { foldMovements } from "./commands/fold-movements.ts";
import { migrations, variables } from "./config.ts";
import { createInventoryApp } from "./http/app.ts";
import { inventoryReconciliation } from "./http/reconciliation.ts";
import { createHandlers } from "./messages/orders.ts";

const config = configOrExit(variables, tlsProblems);
const log = createLogger({ service: topology.service, level: config.logLevel });
const { broker, database, inbox, deadLetterRoutes, checks, telemetry, run } = await openBackends({
  ...config,
  tls: config,
  topology,
  migrations,
  consumedQueues,
  log,
});
const outbox = createOutbox(appendToOutbox);

consumeOrders(broker, inbox, createHandlers(outbox));
const housekeeping = startHousekeeping({
  database,
  log,
  interval: config.housekeepingInterval,
  chores: [...inboxChores(consumedQueues, config.inboxRetention), foldMovements(config.movementRetention)],
});
const app = createInventoryApp({ database, outbox, log, guard: new Guard(config), checks, telemetry })
  .use(deadLetterRoutes)
  .use(inventoryReconciliation({ database, outbox, log }));
await run(app, { ...config, stopWork: () => housekeeping.stop() });
