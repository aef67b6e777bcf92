/** The inventory service. `--help` lists its environment variables. */
import { inventoryOrdersQueue, inventoryService } from "@orders/generated/inventory";
import { createOutbox } from "@rabbit-contract/messaging";
import { appendToOutbox, createDatabases, createInbox } from "@rabbit-contract/postgres";
import { openService } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit, tlsProblems } from "@rabbit-contract/service/config";
import { roles } from "./access.ts";
import { migrations, variables } from "./config.ts";
import { createInventoryApp, productKeys } from "./http/app.ts";
import { inventoryReconciliation } from "./http/reconciliation.ts";
import { foldMovements } from "./jobs/fold-movements.ts";
import { orderHandlers } from "./messages/handlers.ts";

const config = configOrExit(variables, tlsProblems);
const service = await openService({ config, contract: inventoryService, migrations });
const { log, telemetry } = service;

const pools = service.openPools();
const broker = await service.connectBroker();
const relay = service.startRelay(pools, broker, config);
const { requests, messaging, operators, health } = createDatabases(pools, { relay, log });
const limits = service.shareLimits(pools);
const inbox = createInbox(messaging);
const outbox = createOutbox(inventoryService, appendToOutbox);

broker.consume(inventoryOrdersQueue, inbox, orderHandlers(outbox));

const housekeeping = service.startHousekeeping(pools, [
  foldMovements(config.movementRetention),
  productKeys.forget(config.idempotencyKeyRetention),
]);

const app = createInventoryApp({
  database: requests,
  outbox,
  log,
  guard: new Guard({ ...config, roles, limits }),
  telemetry,
});

const stations = { broker, relay, pools, health, limits, jobs: [housekeeping, limits] };
const admin = service
  .createAdminApp(roles, stations)
  .use(service.deadLetterRoutes({ broker, database: operators }))
  .use(inventoryReconciliation({ database: operators, outbox, log }));

await service.run({ app, admin }, stations);
