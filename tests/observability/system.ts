/** The system that the suites of observability.test.ts share: it logs everything, traces, and sends e-mails. */
import { after, before } from "node:test";
import { SmtpServer } from "@orders/notification/testing/smtp-server";
import { Client } from "@orders/stack/testing/client";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { type OtlpReceiver, otlpReceiver } from "@rabbit-contract/service/testing";

export const smtp = new SmtpServer();
export let receiver: OtlpReceiver;
export let system: TestSystem;
export let client: Client;

before(async () => {
  [receiver] = await Promise.all([otlpReceiver(), smtp.start()]);
  system = await startSystem({
    env: {
      LOG_LEVEL: "debug",
      SMTP_URL: smtp.url,
      MAIL_FROM: "Shop <shop@example.com>",
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
      // Only requests whose caller samples them.
      OTEL_TRACES_SAMPLER_ARG: "0",
    },
  });
  client = new Client(system);
});
after(async () => {
  await system?.stop();
  await receiver?.stop();
  await smtp.stop();
});
