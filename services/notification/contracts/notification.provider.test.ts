/** Verifies the notification service's pacts. It sends no messages. */

import { testProvider } from "@orders/contract-tests/provider";
import { orderExpired } from "../testing/notification.ts";
import { testRest } from "../testing/rest.ts";
import { contact, customerId, orderId } from "./contacts.ts";

testProvider({
  provider: "notification",
  undescribed: {
    "GET /notifications/stream": "Pact waits for the end of a body, and a stream has none",
  },
  async open() {
    const notification = await testRest();
    const { database, server, close } = notification;
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
      close,
    };
  },
});
