/** The order service. `--help` lists its environment variables. */
import { consumedQueues, consumeProducts, consumeStock, createOutbox, topology } from "#generated/order.ts";
import { Guard } from "#platform/auth/guard.ts";
import { openBackends } from "#platform/backends.ts";
import { configOrExit } from "#platform/config.ts";
import { inboxChores } from "#platform/housekeeping/inbox.ts";
import { startHousekeeping } from "#platform/housekeeping/timer.ts";
import { createLogger } from "#platform/log.ts";
import { appendToOutbox } from "#platform/outbox.ts";
import { tlsProblems } from "#platform/tls.ts";
import { variables } from "./config.ts";
import { startExpiryTimer } from "./expiry-timer.ts";
import { forgetKeys } from "./forget-keys.ts";
import { createOrderApp } from "./http.ts";
import { orderReconciliation } from "./http-reconciliation.ts";
import { countingOrders, samplePendingOrders } from "./order-metrics.ts";
import { productHandlers } from "./products.ts";
import { stockHandlers } from "./settle-orders.ts";
import { SettlementWaiter } from "./settlement-waiter.ts";

const config = configOrExit(variables, tlsProblems);
const log = createLogger({ service: topology.service, level: config.logLevel });
const { broker, database, inbox, deadLetterRoutes, checks, telemetry, run } = await openBackends({
  ...config,
  tls: config,
  topology,
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
