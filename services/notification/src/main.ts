/** The notification service. `--help` lists its environment variables. */
import { consumedQueues, consumeOrders, consumeStock, topology } from "#generated/notification.ts";
import { Guard } from "#platform/auth/guard.ts";
import { openBackends } from "#platform/backends.ts";
import { configOrExit } from "#platform/config.ts";
import { inboxChores } from "#platform/housekeeping/inbox.ts";
import { startHousekeeping } from "#platform/housekeeping/timer.ts";
import { createLogger } from "#platform/log.ts";
import { tlsProblems } from "#platform/tls.ts";
import { emailConfig, variables } from "./config.ts";
import { forgetNotifications } from "./forget-notifications.ts";
import { orderHandlers, stockHandlers } from "./handlers.ts";
import { createNotificationApp } from "./http.ts";
import { EmailSender } from "./send-emails.ts";
import { createMailer } from "./smtp.ts";
import { NotificationStreams } from "./stream-notifications.ts";

const config = configOrExit(variables, tlsProblems);
const email = emailConfig(config);
const log = createLogger({ service: topology.service, level: config.logLevel });
const { broker, database, inbox, deadLetterRoutes, checks, telemetry, run } = await openBackends({
  ...config,
  tls: config,
  topology,
  consumedQueues,
  log,
});
const streams = new NotificationStreams({ database, log });
const mailer = email && createMailer({ url: email.smtpUrl, from: email.from, connections: 3 });
const sender = mailer && new EmailSender({ database, mailer, log });

/** E-mail goes out after the commit of the transaction that asked for it. */
const emailingInbox: typeof inbox = {
  ...inbox,
  async transaction(work) {
    const result = await inbox.transaction(work);
    sender?.poke();
    return result;
  },
};

sender?.start();
consumeOrders(broker, emailingInbox, orderHandlers(email?.policy));
consumeStock(broker, emailingInbox, stockHandlers(email?.policy));
const { notificationRetention } = config;
const housekeeping = startHousekeeping({
  database,
  log,
  interval: config.housekeepingInterval,
  chores: [
    ...inboxChores(consumedQueues, config.inboxRetention),
    ...(notificationRetention === undefined ? [] : [forgetNotifications(notificationRetention)]),
  ],
});
const app = createNotificationApp({
  database,
  streams,
  log,
  guard: new Guard(config),
  checks,
  telemetry,
}).use(deadLetterRoutes);
await run(app, {
  ...config,
  async stopWork(within) {
    await Promise.all([sender?.stop(within), housekeeping.stop()]);
    mailer?.close();
  },
});
