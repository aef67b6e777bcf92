/** The order service. `--help` lists its environment variables. */
import { orderProductsQueue, orderService, orderStockQueue } from "@orders/generated/order";
import { createOutbox } from "@rabbit-contract/messaging";
import { appendToOutbox, createDatabases, createInbox } from "@rabbit-contract/postgres";
import { openService } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit, tlsProblems } from "@rabbit-contract/service/config";
import { roles } from "./access.ts";
import { migrations, variables } from "./config.ts";
import { createOrderApp } from "./http/app.ts";
import { orderReconciliation } from "./http/reconciliation.ts";
import { orderKeys } from "./idempotency.ts";
import { startExpiry } from "./jobs/expire-orders.ts";
import { productHandlers, stockHandlers } from "./messages/handlers.ts";
import { countingOrders, samplePendingOrders } from "./metrics.ts";
import { SettlementWaiter } from "./queries/settlement-waiter.ts";

const config = configOrExit(variables, tlsProblems);
const service = await openService({ config, contract: orderService, migrations });
const { log, telemetry } = service;

const pools = service.openPools();
const broker = await service.connectBroker();
const relay = service.startRelay(pools, broker, config);
const { requests, messaging, operators, health } = createDatabases(pools, { relay, log });
const limits = service.shareLimits(pools);
const inbox = createInbox(messaging);
const plainOutbox = createOutbox(orderService, appendToOutbox);
const outbox = countingOrders(plainOutbox, telemetry.metrics);
samplePendingOrders(telemetry.metrics, messaging);

broker.consume(orderStockQueue, inbox, stockHandlers(outbox));
broker.consume(orderProductsQueue, inbox, productHandlers);

const expiry = startExpiry({ database: messaging, outbox, log });
const housekeeping = service.startHousekeeping(pools, [orderKeys.forget(config.idempotencyKeyRetention)]);

const app = createOrderApp({
  database: requests,
  outbox,
  settlements: new SettlementWaiter({ database: requests, log }),
  deadlineSeconds: config.deadlineSeconds,
  log,
  guard: new Guard({ ...config, roles, limits }),
  telemetry,
});

const stations = { broker, relay, pools, health, limits, jobs: [expiry, housekeeping, limits] };
const admin = service
  .createAdminApp(roles, stations)
  .use(service.deadLetterRoutes({ broker, database: operators }))
  .use(orderReconciliation({ database: operators, outbox: plainOutbox, log }));

await service.run({ app, admin }, stations);
