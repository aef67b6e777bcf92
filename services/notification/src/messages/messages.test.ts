import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import {
  handleIn,
  orderCancelled,
  orderConfirmed,
  orderExpired,
  orderRejected,
  orderShipped,
  stockLow,
  type TestNotification,
  testNotification,
} from "../../testing/notification.ts";
import type { Contact } from "../notification.ts";
import { listNotifications, type NotificationFilter } from "../queries/notifications.ts";

let service: TestNotification;
before(async () => {
  service = await testNotification();
});
after(() => service.close());
beforeEach(() => service.clear());

const mailing = { operatorsEmail: "operators@example.com" };
const byEmail: Contact = { email: "ada@example.com", channels: ["email"] };

async function notifications(filter: NotificationFilter = {}) {
  const found = await listNotifications(service.database, { ...filter, limit: 1000 });
  return found.map(({ notification }) => notification);
}

describe("a message about an order", () => {
  it("notifies its customer, with a text per kind", async () => {
    const orderId = uuidv7();
    await service.handle("orderConfirmed", [orderConfirmed(orderId)]);
    await service.handle("orderRejected", [orderRejected(orderId)]);
    await service.handle("orderCancelled", [orderCancelled(orderId)]);
    await service.handle("orderExpired", [orderExpired(orderId)]);
    await service.handle("orderShipped", [orderShipped(orderId)]);

    const told = (await notifications({ orderId })).toReversed();
    assert.deepEqual(
      told.map(({ customerId, kind, subject }) => [customerId, kind, subject]),
      [
        ["ada", "order-confirmed", "Your order of Desk lamp and 1 other product is confirmed"],
        [
          "ada",
          "order-rejected",
          "We cannot fulfil your order: only 1 of LAMP-01 in stock, and 1 more product is short",
        ],
        ["ada", "order-cancelled", `Your order ${orderId} is cancelled`],
        ["ada", "order-expired", `Your order ${orderId} has expired`],
        ["ada", "order-shipped", "Your order of Desk lamp is on its way"],
      ],
    );
    for (const { body } of told) {
      assert.match(body, new RegExp(`Order: ${orderId}$`));
      // Operators cancel orders, too.
      assert.doesNotMatch(body, /you asked/);
    }
    assert.match(told[0]?.body ?? "", / {2}2 × Desk lamp \(LAMP-01\) at €39\.50 each\n[\s\S]*Total: €83\.50/);
    assert.match(
      told[1]?.body ?? "",
      / {2}LAMP-01: 2 ordered, 1 available\n {2}BULB-E27: 1 ordered, 0 available/,
    );
  });

  it("notifies once per kind, within a batch, across batches and concurrently", async () => {
    await service.setContact("ada", byEmail);
    const [first, second] = [uuidv7(), uuidv7()];
    const batch = [orderConfirmed(first), orderConfirmed(second), orderConfirmed(first)];
    const outcomes = await service.handle("orderConfirmed", batch, mailing);
    assert.deepEqual(outcomes, [{ kind: "done" }, { kind: "done" }, { kind: "done" }]);
    await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        service.handle("orderConfirmed", index % 2 ? batch : batch.toReversed(), mailing),
      ),
    );
    await service.handle("orderShipped", [orderShipped(first)], mailing);

    assert.equal((await notifications({ orderId: first })).length, 2);
    assert.equal((await notifications({ orderId: second })).length, 1);
    assert.equal((await service.deliveries()).length, 3);
  });

  it("keeps the order of arrival within a batch", async () => {
    const batch = Array.from({ length: 20 }, () => orderConfirmed());
    const shuffled = batch.toSorted((a, b) => a.orderId.slice(-6).localeCompare(b.orderId.slice(-6)));
    await service.handle("orderConfirmed", shuffled);
    assert.deepEqual(
      (await notifications()).toReversed().map(({ orderId }) => orderId),
      shuffled.map(({ orderId }) => orderId),
    );
  });

  it("reduces a malicious product name to one line of plain text", async () => {
    const name = "Lamp\r\nBcc: everybody@example.com\u0000\u202E <b>";
    const [line] = orderShipped().lines;
    assert.ok(line);
    await service.handle("orderShipped", [{ ...orderShipped(), lines: [{ ...line, name }] }]);
    const [told] = await notifications();
    assert.equal(told?.subject, "Your order of Lamp Bcc: everybody@example.com <b> is on its way");
    assert.match(told?.body ?? "", /^ {2}2 × Lamp Bcc: everybody@example\.com <b> \(LAMP-01\)$/m);
  });

  it("names a product by its SKU if its name is invisible", async () => {
    const [line] = orderShipped().lines;
    assert.ok(line);
    await service.handle("orderShipped", [{ ...orderShipped(), lines: [{ ...line, name: "\u200b\n" }] }]);
    assert.equal((await notifications())[0]?.subject, "Your order of LAMP-01 is on its way");
  });
});

describe("a product that runs low", () => {
  it("notifies the operators, each time", async () => {
    await service.handle("stockLow", [stockLow(3), stockLow(1), stockLow(0)]);
    const told = (await notifications({ audience: "operators" })).toReversed();
    assert.deepEqual(
      told.map(({ kind, subject }) => [kind, subject]),
      [
        ["stock-low", "Stock is low: 3 left of Desk lamp (LAMP-01)"],
        ["stock-low", "Stock is low: 1 left of Desk lamp (LAMP-01)"],
        ["stock-low", "Sold out: Desk lamp (LAMP-01)"],
      ],
    );
    assert.match(
      told[1]?.body ?? "",
      /^Only 1 piece is left of Desk lamp \(LAMP-01\)\.\n\nIts low-stock threshold is 5\.$/,
    );
  });

  it("is e-mailed to the operators' address, if there is one", async () => {
    await service.handle("stockLow", [stockLow()], {});
    assert.deepEqual(await service.deliveries(), []);
    await service.handle("stockLow", [stockLow()], mailing);
    const [delivery, ...more] = await service.deliveries();
    assert.deepEqual(more, []);
    assert.deepEqual([delivery?.customer_id, delivery?.recipient], [null, "operators@example.com"]);
  });
});

describe("an e-mail", () => {
  it("goes to customers who chose e-mail, at their address of that time", async () => {
    await service.setContact("ada", byEmail);
    await service.setContact("bob", { email: "bob@example.com", channels: [] });
    await service.setContact("cleo", { name: "Cleo", channels: ["email"] });
    const orders = ["ada", "bob", "cleo", "dan"].map((customer) => orderConfirmed(uuidv7(), customer));
    await service.handle("orderConfirmed", orders, mailing);
    await service.setContact("ada", { email: "new@example.com", channels: ["email"] });

    assert.equal((await notifications()).length, 4);
    const [delivery, ...more] = await service.deliveries();
    assert.deepEqual(more, []);
    assert.deepEqual(
      [delivery?.customer_id, delivery?.recipient, delivery?.status, delivery?.attempts],
      ["ada", "ada@example.com", "pending", 0],
    );
    const [seen] = await notifications({ customerId: "ada" });
    assert.deepEqual(
      seen?.deliveries.map(({ channel, status }) => [channel, status]),
      [["email", "pending"]],
    );
  });

  it("is not sent without a mail server, but the notification is stored", async () => {
    await service.setContact("ada", byEmail);
    await service.handle("orderConfirmed", [orderConfirmed()]);
    await service.handle("stockLow", [stockLow()]);
    assert.equal((await notifications()).length, 2);
    assert.deepEqual(await service.deliveries(), []);
  });

  it("is not sent if the transaction rolls back, and no notification is stored", async () => {
    await service.setContact("ada", byEmail);
    const failing = service.database.transaction(async (tx) => {
      await handleIn(tx, "orderConfirmed", [orderConfirmed()], mailing);
      throw new Error("no commit");
    });
    await assert.rejects(failing, /no commit/);
    assert.deepEqual(await notifications(), []);
    assert.deepEqual(await service.deliveries(), []);
  });
});
