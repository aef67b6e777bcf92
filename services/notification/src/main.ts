/** The notification service. `--help` lists its environment variables. */
import { consumedQueues, consumeOrders, consumeStock, topology } from "@orders/generated/notification";
import { inboxChores } from "@rabbit-contract/postgres";
import { createLogger, openBackends, startHousekeeping } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit, tlsProblems } from "@rabbit-contract/service/config";
import { forgetNotifications } from "./commands/forget-notifications.ts";
import { emailConfig, migrations, variables } from "./config.ts";
import { createNotificationApp } from "./http/app.ts";
import { EmailSender } from "./jobs/send-emails.ts";
import { createMailer } from "./jobs/smtp.ts";
import { orderHandlers, stockHandlers } from "./messages/handlers.ts";
import { NotificationStreams } from "./queries/stream-notifications.ts";

const config = configOrExit(variables, tlsProblems);
const email = emailConfig(config);
const log = createLogger({ service: topology.service, level: config.logLevel });
const { broker, database, inbox, deadLetterRoutes, checks, telemetry, run } = await openBackends({
  ...config,
  tls: config,
  topology,
  migrations,
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
