/** The client's pact with the notification service's REST calls; writes generated/pacts/client-notification.json. */

import { id, problem, testClient, time } from "@orders/contract-tests/client";
import { Matchers } from "@pact-foundation/pact";
import { contact, customerId, orderId } from "./contacts.ts";

const { string, regex, eachLike } = Matchers;
const notification = {
  id: id("019a4f2e-8d02-7a10-b3c5-6e7f80912a3b"),
  customerId,
  orderId,
  kind: "order-expired",
  subject: string("Your order has expired"),
  body: string("We are sorry: we could not confirm your order in time."),
  createdAt: time(),
  deliveries: eachLike({
    channel: "email",
    status: regex("^(pending|sent|failed)$", "pending"),
    at: time(),
  }),
};

testClient("notification", [
  {
    what: "sets how a customer wants to be reached",
    customerId,
    given: "a customer without a contact",
    call: `PUT /customers/${customerId}/contact`,
    body: contact,
    answer: { status: 200, body: contact },
  },
  {
    what: "gets how a customer wants to be reached",
    customerId,
    given: "a customer with a contact",
    call: `GET /customers/${customerId}/contact`,
    answer: { status: 200, body: contact },
  },
  {
    what: "asks for a contact that does not exist",
    customerId,
    given: "a customer without a contact",
    call: `GET /customers/${customerId}/contact`,
    answer: problem(404, "not-found"),
  },
  {
    what: "lists the contacts that the caller may see",
    customerId,
    given: "a customer with a contact",
    call: "GET /contacts?limit=1",
    answer: { status: 200, body: { items: eachLike({ customerId, ...contact }), next: null } },
  },
  {
    what: "lists a customer's notifications about an order",
    customerId,
    given: "a customer who was notified about an order",
    call: `GET /notifications?customerId=${customerId}&orderId=${orderId}`,
    answer: { status: 200, body: { items: eachLike(notification), next: null } },
  },
]);
