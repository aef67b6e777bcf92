/** The notification service, which only consumes: it has no relay. `--help` lists its environment variables. */
import {
  notificationOrdersQueue,
  notificationService,
  notificationStockQueue,
} from "@orders/generated/notification";
import { createDatabases, createInbox } from "@rabbit-contract/postgres";
import { openService } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit } from "@rabbit-contract/service/config";
import { roles } from "./access.ts";
import { configProblems, emailConfig, migrations, variables } from "./config.ts";
import { createNotificationApp } from "./http/app.ts";
import { forgetNotifications } from "./jobs/forget-notifications.ts";
import { EmailSender } from "./jobs/send-emails.ts";
import { createMailer } from "./jobs/smtp.ts";
import { orderHandlers, stockHandlers } from "./messages/handlers.ts";
import { NotificationStreams } from "./queries/notification-streams.ts";

const config = configOrExit(variables, configProblems);
const email = emailConfig(config);
const service = await openService({ config, contract: notificationService, migrations });
const { log, telemetry } = service;

const pools = service.openPools();
const broker = await service.connectBroker();
const { requests, messaging, operators, health } = createDatabases(pools, { log });

const mailer = email && createMailer({ url: email.smtpUrl, from: email.from });
const sender = mailer && new EmailSender({ database: messaging, mailer, log });
sender?.start();

const limits = service.shareLimits(pools);
const inbox = createInbox(messaging);
const mailing = email && { ...email.mailing, wake: () => sender?.wake() };
broker.consume(notificationOrdersQueue, inbox, orderHandlers(mailing));
broker.consume(notificationStockQueue, inbox, stockHandlers(mailing));

const { notificationRetention: retention } = config;
const chores = retention === undefined ? [] : [forgetNotifications(retention)];
const housekeeping = service.startHousekeeping(pools, chores);

const app = createNotificationApp({
  database: requests,
  streams: new NotificationStreams({
    database: requests,
    log,
    limit: config.streamLimit,
    limitPerCaller: config.streamsPerCaller,
  }),
  log,
  guard: new Guard({ ...config, roles, limits }),
  telemetry,
});
const jobs = sender ? [housekeeping, limits, sender] : [housekeeping, limits];
const stations = { broker, pools, health, limits, jobs };
const admin = service
  .createAdminApp(roles, stations)
  .use(service.deadLetterRoutes({ broker, database: operators }));

await service.run({ app, admin }, stations);
