/** The console's views of dead letters and parked messages, and what operators do with them. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Page } from "playwright-core";
import { button, clickUntil, patient } from "../catalogue/browser.ts";
import type { RealConsole } from "./real-console.ts";

const unknownId = "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d01";
const waitForText = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

export function deadLetterTests(console: () => RealConsole): void {
  describe("dead letters", () => {
    /** An `order.created` with a line for zero pieces. */
    async function invalidMessage(messageId: string): Promise<void> {
      const unitPrice = { amount: 1250, currency: "EUR" };
      const total = unitPrice;
      const lines = [{ sku: "LAMP", name: "Lamp", quantity: 0, unitPrice }];
      const createdAt = "2026-03-14T09:26:53.000Z";
      await console().system.host.publish({
        exchange: "orders",
        routingKey: "order.created",
        payload: JSON.stringify({ orderId: unknownId, customerId: "c-1", lines, total, createdAt }),
        properties: {
          message_id: messageId,
          type: "order.created",
          content_type: "application/json",
          correlation_id: unknownId,
          app_id: "order",
          timestamp: 1_773_480_413,
          delivery_mode: 2,
          headers: { "schema-version": 1 },
        },
      });
    }
    const dead = (count: number) =>
      eventually(async () =>
        assert.equal(await console().system.host.queueDepth("inventory.orders.dead"), count),
      );
    const recorded = () =>
      console().system.query(
        "inventory",
        "select operator, action, message_id, outcome from dead_letter_actions order by id",
      );
    const [first, second] = ["019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d02", "019a4f2e-7b10-7c3a-9d51-3f2a6b8c1d03"];

    it(
      "show the invalid part of payload and schema, are replayed after a dry run and deleted, with an audit record",
      patient,
      async () => {
        await invalidMessage(first);
        await dead(1);
        await invalidMessage(second);
        await dead(2);
        await console().visit("/dead-letters/inventory?reason=invalid", async ({ page }) => {
          await page.getByRole("link", { name: "order.created" }).first().click();
          const marked = page.getByRole("region", { name: "Payload" }).locator("mark");
          assert.match(
            (await marked.textContent()) ?? "",
            /"quantity": 0,.*\/lines\/0\/quantity must be at least 1, got 0/,
          );
          const schema = page.getByRole("region", { name: "Schema" }).locator("mark");
          await schema.first().waitFor();
          assert.match((await schema.allInnerTexts()).join(""), /"quantity": \{.*"minimum": 1/);

          await button(page, "Replay").click();
          await clickUntil(page, "Replay 1 message", "1 message replayed.");
          // It fails again.
          await dead(2);
          await page.goto(`${console().url}/dead-letters/inventory`);
          await waitForText(page, "2 dead letters: inventory.orders 2, inventory.outbox 0");
          await page.getByLabel("Reason").selectOption("rejected");
          await waitForText(page, "No dead letters");
          await page.reload();
          await waitForText(page, "No dead letters");
          await page.getByLabel("Reason").selectOption("Any");
          await button(page, "Delete all").click();
          await button(page, "Delete 2 messages").click();
          await waitForText(page, "No dead letters");
          await dead(0);
          await page.getByRole("link", { name: "Audit log" }).click();
          const actions = page.locator("table.list tbody tr");
          await eventually(async () => assert.equal(await actions.count(), 3));
          for (const text of await actions.allTextContents()) assert.match(text, /ada(?:replay|delete)/);
        });
        const rows = await recorded();
        const done = (action: string, message_id: string) => ({
          ...{ operator: "ada", action, message_id, outcome: "done" },
        });
        assert.deepEqual(rows[0], done("replay", first));
        assert.deepEqual(
          rows
            .slice(1)
            .map((row) => row.message_id)
            .sort(),
          [first, second],
        );
      },
    );
  });

  describe("a parked message", () => {
    const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
    const parked = () => console().system.query("order", `select 1 from outbox where id = '${id}'`);

    it("is listed with the reason for its refusal, opened, and deleted", patient, async () => {
      await console().system.query(
        "order",
        `insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content,
           leased_until, attempts, refusal_reason, refusal, parked_at)
         values ('${id}', 'order.created', 'gone', 'order.created', 'order', 'x', now(), '{}', '{"a": 1}',
           'infinity', 8, 'exchange-missing', 'no exchange ''gone''', now())`,
        "owner of the tables",
      );
      await console().visit("/dead-letters/order?queue=order.outbox", async ({ page }) => {
        const row = page.locator("table.list tbody tr");
        await row.getByText("exchange-missing").waitFor();
        assert.match((await row.textContent()) ?? "", /order\.outbox[\s\S]*no exchange 'gone'/);
        await row.getByRole("link", { name: "order.created" }).click();
        await page.getByText("gone → order.created").waitFor();
        await button(page, "Delete").click();
        await clickUntil(page, "Delete 1 message", "1 message deleted.");
      });
      assert.deepEqual(await parked(), []);
    });
  });
}
