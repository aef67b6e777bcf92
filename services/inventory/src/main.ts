/** The inventory service. `--help` lists its environment variables. */
import { consumedQueues, consumeOrders, createOutbox, topology } from "#generated/inventory.ts";
import { Guard } from "#platform/auth/guard.ts";
import { openBackends } from "#platform/backends.ts";
import { configOrExit } from "#platform/config.ts";
import { inboxChores } from "#platform/housekeeping/inbox.ts";
import { startHousekeeping } from "#platform/housekeeping/timer.ts";
import { createLogger } from "#platform/log.ts";
import { appendToOutbox } from "#platform/outbox.ts";
import { tlsProblems } from "#platform/tls.ts";
import { variables } from "./config.ts";
import { foldMovements } from "./fold-movements.ts";
import { createHandlers } from "./handlers.ts";
import { createInventoryApp } from "./http.ts";
import { inventoryReconciliation } from "./http-reconciliation.ts";

const config = configOrExit(variables, tlsProblems);
const log = createLogger({ service: topology.service, level: config.logLevel });
const { broker, database, inbox, deadLetterRoutes, checks, telemetry, run } = await openBackends({
  ...config,
  tls: config,
  topology,
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
