/** The console's views of orders, products and notifications; the effects are checked in the databases. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyOf } from "@orders/stack/rest";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Page } from "playwright-core";
import { seriousFaults } from "../catalogue/axe.ts";
import { button, patient } from "../catalogue/browser.ts";
import type { RealConsole } from "./real-console.ts";

const dialog = (page: Page) => page.getByRole("dialog");
const idOf = (page: Page) => new URL(page.url()).pathname.split("/").at(-1) ?? "";
const waitForText = (page: Page, text: string) => page.getByText(text, { exact: true }).first().waitFor();

export function viewTests(console: () => RealConsole): void {
  async function statusOf(orderId: string): Promise<string | undefined> {
    const [row] = await console().system.query<{ status: string }>(
      "order",
      `select status from orders where id = '${orderId}'`,
    );
    return row?.status;
  }

  describe("orders", () => {
    it("are placed, followed live and shipped", patient, () =>
      console().visit("/orders", async ({ page }) => {
        await button(page, "Place an order").click();
        await page.getByLabel("Customer", { exact: true }).fill("c-1");
        await page.getByLabel("Product (SKU)").fill("LAMP");
        await page.getByLabel("Quantity").fill("3");
        await button(page, "Place the order").click();
        await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
        const id = idOf(page);
        await page.locator(".sequence .mark.good", { hasText: "confirmed" }).waitFor();
        await page.locator(".sequence .mark.work", { hasText: "notifies: confirmed" }).waitFor();
        const messages = page.getByRole("region", { name: "Messages of the order" });
        const { history } = await console().client.order(id);
        for (const text of ["order.created", "stock.reserved", "order.confirmed"])
          await messages.getByText(text).first().waitFor();
        for (const { messageId = "none", at } of history) {
          await messages.getByText(messageId).first().waitFor();
          await page.locator(`td time[datetime="${at}"]`).first().waitFor();
        }

        await button(page, "Ship").click();
        await button(page, "Ship the order").click();
        await page.locator(".view-head .badge", { hasText: "shipped" }).waitFor();
        assert.equal(await statusOf(id), "shipped");
        const keys = await console().system.query(
          "order",
          `select 1 from idempotency_keys where order_id = '${id}'`,
        );
        assert.equal(keys.length, 1);
      }),
    );

    it(
      "are found by id, customer and status, under an address that can be shared, and cancelled",
      patient,
      async () => {
        const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
        const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
        const { id } = await console().client.place("c-2", [{ sku: "LAMP", quantity: 2 }], headers);
        await console().client.orderIn(id, "confirmed");
        await console().visit("/orders?customerId=c-2&status=confirmed", async ({ page }) => {
          await page.getByRole("link", { name: id }).waitFor();
          assert.equal(await page.locator("table.list tbody tr").count(), 1);
          await page.getByLabel("Status").selectOption("rejected");
          await waitForText(page, "No orders");
          assert.match(page.url(), /status=rejected/);
          await page.getByLabel("Order id or customer").fill(id);
          await button(page, "Search").click();
          await page.locator(".facts", { hasText: "Trace id" }).getByText(traceId).waitFor();
          await button(page, "Cancel the order").click();
          await dialog(page).getByRole("button", { name: "Cancel the order" }).click();
          await page.locator(".view-head .badge", { hasText: "cancelled" }).waitFor();
          assert.equal(await statusOf(id), "cancelled");
          await page.locator(".sequence .mark.work", { hasText: "releases the stock" }).waitFor();
        });
      },
    );

    it(
      "of others do not exist for a customer, who is offered none of the operators' actions",
      patient,
      async () => {
        const other = await console().client.place("c-3", [{ sku: "LAMP", quantity: 1 }]);
        const own = await console().client.place("ada", [{ sku: "LAMP", quantity: 1 }]);
        for (const { id } of [own, other]) await console().client.kinds(id, "order-confirmed");
        const as = { role: "customer", subject: "ada" };
        await console().visit(
          "/orders",
          async ({ page }) => {
            await page.getByRole("link", { name: own.id }).waitFor();
            assert.equal(await page.getByRole("link", { name: other.id }).count(), 0);
            assert.equal(await page.getByRole("link", { name: "Dead letters" }).count(), 0);
            await page.getByRole("link", { name: own.id }).click();
            await button(page, "Cancel the order").waitFor();
            assert.equal(await button(page, "Ship").count(), 0);
            await page.getByRole("link", { name: "Notifications" }).click();
            await page.getByRole("link", { name: own.id }).waitFor();
            assert.equal(await page.getByRole("link", { name: other.id }).count(), 0);
          },
          { as },
        );
        await assert.rejects(
          console().visit(`/orders/${other.id}`, ({ page }) => page.getByRole("alert").waitFor(), { as }),
          /404/,
        );
      },
    );
  });

  describe("products", () => {
    const onHand = async (sku: string) => {
      const [row] = await console().system.query<{ name: string; on_hand: number }>(
        "inventory",
        `select name, on_hand from products where sku = '${sku}'`,
      );
      return row && [row.name, row.on_hand];
    };

    it("are created, changed and stocked, and their ledger shows the balance", patient, () =>
      console().visit("/products", async ({ page }) => {
        await button(page, "Create a product").click();
        await dialog(page).getByLabel("SKU").fill("CHAIR");
        await dialog(page).getByLabel("Name").fill("Chair");
        await dialog(page).getByLabel("Unit price").fill("129.50");
        await dialog(page).getByLabel("Low-stock threshold").fill("5");
        await button(page, "Create").click();
        await page.waitForURL("**/products/CHAIR");
        for (const pieces of ["10", "-6"]) {
          await button(page, "Record a movement").click();
          await dialog(page).getByLabel("Quantity").fill(pieces);
          await dialog(page)
            .getByLabel("Reason")
            .selectOption(pieces === "10" ? "receipt" : "loss");
          await button(page, "Record").click();
          await dialog(page).waitFor({ state: "detached" });
        }
        await button(page, "Change").click();
        await dialog(page).getByLabel("Name").fill("Easy chair");
        await button(page, "Save").click();
        await page.getByRole("heading", { name: "Easy chair" }).waitFor();
        assert.deepEqual(await onHand("CHAIR"), ["Easy chair", 4]);
        await eventually(async () => {
          const cells = await page.locator("table.list tbody tr td.end").allInnerTexts();
          assert.deepEqual(cells, ["-6", "4", "+10", "10"]);
        });

        await page.goto(`${console().url}/products?lowStock=true`);
        await page.getByRole("link", { name: "CHAIR" }).waitFor();
        assert.equal(await page.getByRole("link", { name: "LAMP", exact: true }).count(), 0);
      }),
    );

    it("are imported from a CSV file line by line, and a repeat changes nothing", patient, () =>
      console().visit("/products/-/import", async ({ page }) => {
        const csv = [
          "sku,name,price,currency,category,quantity",
          'DESK,"Desk, oak",249.00,EUR,furniture,7',
          "DESK-2,,249.00,EUR,furniture,1",
          "RUG,Rug,abc,EUR,,1",
          "SHELF,Shelf,80,EUR,,2",
          "VASE,Vase,1,XXY,,2000000",
        ].join("\n");
        const file = { name: "spring.csv", mimeType: "text/csv", buffer: Buffer.from(csv) };
        await page.locator("input[type=file]").setInputFiles(file);
        await waitForText(page, "2 lines can be imported, 3 lines cannot be.");
        await page.getByText("name: is missing").waitFor();
        await button(page, "Import 2 lines").click();
        await waitForText(page, "2 created, 0 changed, 0 unchanged, 3 failed.");
        await page.getByText("Lines 5 of 5").waitFor();
        assert.deepEqual(await onHand("DESK"), ["Desk, oak", 7]);
        assert.equal(await onHand("RUG"), undefined);
        await button(page, "Import again").click();
        await waitForText(page, "0 created, 0 changed, 2 unchanged, 3 failed.");
        assert.deepEqual(
          [await onHand("DESK"), await onHand("SHELF")],
          [
            ["Desk, oak", 7],
            ["Shelf", 2],
          ],
        );
        assert.deepEqual(await seriousFaults(page), []);
      }),
    );
  });

  describe("notifications", () => {
    it("appear as they are created, and a contact is read and changed", patient, () =>
      console().visit("/notifications?customerId=c-9", async ({ page }) => {
        await waitForText(page, "Live");
        const { id } = await console().client.place("c-9", [{ sku: "LAMP", quantity: 1 }]);
        await page.getByRole("link", { name: id }).waitFor();
        await page.getByRole("button", { name: /is confirmed/ }).click();
        await dialog(page).getByText(`Order: ${id}`).waitFor();
        await page.reload();
        await dialog(page).getByText(`Order: ${id}`).waitFor();
        await button(page, "Close").last().click();
        await console().system.query(
          "notification",
          `insert into deliveries (notification_id, channel, recipient, status, last_error)
           select id, 'email', 'nine@example.com', 'failed', '550 no such mailbox'
           from notifications where order_id = '${id}'`,
          "owner of the tables",
        );
        await page.getByLabel("Delivery").selectOption("failed");
        await waitForText(page, "email failed");
        await page.getByRole("button", { name: /is confirmed/ }).click();
        await dialog(page).getByText("550 no such mailbox").waitFor();
        await button(page, "Close").last().click();

        await page.getByRole("link", { name: "Contacts" }).click();
        await button(page, "Add a contact").click();
        await dialog(page).getByLabel("Customer").fill("c-9");
        await dialog(page).getByLabel("E-mail", { exact: true }).fill("nine@example.com");
        await button(page, "Save").click();
        await waitForText(page, "nine@example.com");
        const rows = await console().system.query(
          "notification",
          "select customer_id, email, channels from contacts",
        );
        assert.deepEqual(rows, [{ customer_id: "c-9", email: "nine@example.com", channels: ["email"] }]);
        // Another person's change.
        const { notification } = await console().client.as();
        await bodyOf(notification.customers({ customerId: "c-10" }).contact.put({ channels: [] }));
        await waitForText(page, "c-10");
      }),
    );
  });
}
