/** Verifies the notification service's pacts. It sends no messages. */

import { testProvider } from "@orders/contract-tests/provider";
import { listen } from "@rabbit-contract/service/http";
import { createNotificationApp } from "../src/http/app.ts";
import { NotificationStreams } from "../src/queries/notification-streams.ts";
import { testGuard } from "../testing/access.ts";
import { silent as log, orderExpired, testNotification } from "../testing/notification.ts";
import { contact, customerId, orderId } from "./contacts.ts";

testProvider({
  provider: "notification",
  undescribed: {
    "GET /notifications/stream": "Pact waits for the end of a body, and a stream has none",
  },
  async open() {
    const notification = await testNotification();
    const { database } = notification;
    const streams = new NotificationStreams({ database, log });
    const server = await listen(createNotificationApp({ database, streams, log, guard: testGuard }), {
      port: 0,
      hostname: "127.0.0.1",
      log,
    });
    const withContact = async () => {
      await notification.clear();
      await notification.setContact(customerId, contact);
    };
    return {
      database,
      url: server.url,
      states: {
        "a customer without a contact": () => notification.clear(),
        "a customer with a contact": withContact,
        async "a customer who was notified about an order"() {
          await withContact();
          await notification.handle("orderExpired", [orderExpired(orderId, customerId)], {});
        },
      },
      messages: {},
      async close() {
        await server.stop();
        await notification.close();
      },
    };
  },
});
