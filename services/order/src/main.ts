/** The order service. `--help` lists its environment variables. */
import {
  consumedQueues,
  consumeProducts,
  consumeStock,
  createOutbox,
  topology,
} from "@orders/generated/order";
import { appendToOutbox, inboxChores } from "@rabbit-contract/postgres";
import { createLogger, openBackends, startHousekeeping } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit, tlsProblems } from "@rabbit-contract/service/config";
import { forgetKeys } from "./commands/forget-keys.ts";
import { migrations, variables } from "./config.ts";
import { createOrderApp } from "./http/app.ts";
import { orderReconciliation } from "./http/reconciliation.ts";
import { startExpiryTimer } from "./jobs/expiry-timer.ts";
import { countingOrders, samplePendingOrders } from "./jobs/order-metrics.ts";
import { productHandlers } from "./messages/products.ts";
import { stockHandlers } from "./messages/settle-orders.ts";
import { SettlementWaiter } from "./queries/settlement-waiter.ts";

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
const plainOutbox = createOutbox(appendToOutbox);
const outbox = countingOrders(plainOutbox, telemetry.metrics);
samplePendingOrders(telemetry.metrics, database);
const settlements = new SettlementWaiter({ database, log });

consumeStock(broker, inbox, stockHandlers(outbox));
consumeProducts(broker, inbox, productHandlers);
const expiry = startExpiryTimer({ database, outbox, log });
const housekeeping = startHousekeeping({
  database,
  log,
  interval: config.housekeepingInterval,
  chores: [...inboxChores(consumedQueues, config.inboxRetention), forgetKeys(config.idempotencyKeyRetention)],
});
const app = createOrderApp({
  ...config,
  database,
  outbox,
  settlements,
  log,
  guard: new Guard(config),
  checks,
  telemetry,
})
  .use(deadLetterRoutes)
  .use(orderReconciliation({ database, outbox: plainOutbox, log }));
await run(app, {
  ...config,
  async stopWork() {
    await Promise.all([expiry.stop(), housekeeping.stop()]);
  },
});
