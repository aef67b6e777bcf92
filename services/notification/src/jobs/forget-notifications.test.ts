import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { uuidv7 } from "@rabbit-contract/messaging";
import { sql } from "drizzle-orm";
import { type TestNotification, testNotification } from "../../testing/notification.ts";
import { forgetNotifications } from "./forget-notifications.ts";

const day = 86_400_000;

describe("forgetting notifications", () => {
  let notification: TestNotification;
  before(async () => {
    notification = await testNotification();
  });
  after(() => notification.close());

  /** One per e-mail status, this many days ago. */
  async function notified(daysAgo: number, statuses: readonly string[]): Promise<void> {
    const { sql: database } = notification.database;
    for (const [index, status] of statuses.entries()) {
      const id = `${uuidv7({ msecs: Date.now() - daysAgo * day }).slice(0, 35)}${index}`;
      await database.execute(sql`
        insert into notifications (id, customer_id, kind, subject, body, created_at)
        values (${id}, 'c-1', 'order-confirmed', '', '', now() - ${daysAgo} * interval '1 day')`);
      await database.execute(sql`
        insert into deliveries (notification_id, channel, recipient, status) values (${id}, 'email', 'a@b', ${status})`);
    }
  }

  it("deletes old ones with their deliveries, unless an e-mail is outstanding", async () => {
    await notified(40, ["sent", "failed", "pending"]);
    await notified(20, ["sent"]);
    const chore = forgetNotifications(30 * day);
    const run = () => chore.run(notification.database.sql, 1);
    assert.deepEqual([await run(), await run(), await run()], [1, 1, 0]);
    assert.deepEqual(
      (await notification.deliveries()).map(({ status }) => status),
      ["pending", "sent"],
    );
  });
});
