/** The console with all that it can have around it: the break-it program, an issuer, a lot of data. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startConsole } from "@orders/stack/testing/console";
import { startOpenIdProvider } from "@orders/stack/testing/openid-provider";
import { changedUrl, eventually, freePort } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import type { Page } from "playwright-core";
import { seriousFaults } from "../catalogue/axe.ts";
import { type RealConsole, startRealConsole } from "./real-console.ts";

/** A busy machine takes minutes for what takes seconds. */
const patient = { timeout: 600_000 };

let console: RealConsole;
before(async () => {
  console = await startRealConsole();
}, patient);
after(() => console?.close(), patient);

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("try to break it", () => {
  it(
    "shows a queue that fills while its service is dead, drains after its return, and a ledger without loss",
    patient,
    () =>
      console.visit("/break-it", async ({ page }) => {
        page.setDefaultTimeout(300_000);
        await page.getByLabel("How many").fill("600");
        await button(page, "Place 600 orders").click();
        await eventually(
          async () => {
            const accepted = await page.getByLabel("Accepted").getAttribute("value");
            assert.ok(Number(accepted) > 20, `${accepted} accepted`);
          },
          { timeout: 300_000 },
        );
        await button(page, "kill inventory").click();
        await page.locator('[data-part="inventory"]').getByText("stopped").waitFor();
        await page.locator(".node.consumer", { hasText: "inventory" }).getByText("down").waitFor();
        const depth = page.locator(".node.queue", { hasText: "inventory.orders" }).locator(".depth");
        await depth.getByText(/^[1-9][\d,.k]* ready/).waitFor();

        await button(page, "start inventory").click();
        await page.getByRole("heading", { name: /Nothing was lost|A promise was broken/ }).waitFor();
        const figures = await page.locator("[data-figure] dd").allInnerTexts();
        assert.deepEqual(figures, ["600", "600", "0", "0", "0"]);
        await depth.getByText(/^0 ready/).waitFor();
        assert.deepEqual(await seriousFaults(page), []);
      }),
  );

  it("says why a person whose role watches nothing sees no picture", patient, () =>
    console.visit(
      "/break-it",
      async ({ page }) => {
        await page.getByText("Your role does not watch queues and services").waitFor();
        await button(page, "kill order").waitFor();
        assert.equal(await page.locator(".picture").count(), 0);
      },
      { as: { role: "shipper", subject: "sam" } },
    ),
  );
});

describe("a parked message", () => {
  const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
  const parked = () => console.system.query("order", `select 1 from outbox where id = '${id}'`);

  it("is listed with its refusal, opened, and deleted", patient, async () => {
    await console.system.query(
      "order",
      `insert into outbox (id, type, exchange, routing_key, service, correlation_id, created_at, headers, content,
         leased_until, attempts, refusal_reason, refusal, parked_at)
       values ('${id}', 'order.created', 'gone', 'order.created', 'order', 'x', now(), '{}', '{"a": 1}',
         'infinity', 8, 'exchange-missing', 'no exchange ''gone''', now())`,
      "owner of the tables",
    );
    await console.visit("/dead-letters/order?queue=order.outbox", async ({ page }) => {
      const row = page.locator("table.list tbody tr");
      await row.getByText("exchange-missing").waitFor();
      assert.match((await row.textContent()) ?? "", /order\.outbox[\s\S]*no exchange 'gone'/);
      assert.deepEqual(await seriousFaults(page), []);
      await row.getByRole("link", { name: "order.created" }).click();
      await page.getByText("gone → order.created").waitFor();
      assert.deepEqual(await seriousFaults(page), []);
      await button(page, "Delete").click();
      await button(page, "Delete 1 message").click();
      await page.getByText("1 message deleted.").waitFor();
    });
    assert.deepEqual(await parked(), []);
  });
});

describe("sign-in with OpenID Connect", () => {
  it(
    "asks the issuer, returns to the page that was wanted, and keeps the token in memory only",
    patient,
    async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const provider = await startOpenIdProvider({ clientId: "console", consoleUrl: url, roles: ["reader"] });
      const server = await startConsole(console.system, {
        ...provider.environment,
        CONSOLE_PORT: String(port),
      });
      try {
        await console.browser.visit({}, async ({ page }) => {
          for (const origin of [url, provider.issuer])
            await page.route(`${origin}/**`, (route) => route.continue());
          await page.goto(`${url}/?part=queue%20inventory.orders`);
          await page.getByRole("heading", { name: "Sign in" }).waitFor();
          assert.deepEqual(await seriousFaults(page), []);
          await button(page, "Continue").click();
          await page.waitForURL(`${provider.issuer}/**`);
          await page.locator("[name=login]").fill("ada");
          await page.locator("[name=password]").fill("any");
          await page.locator("[type=submit]").click();
          await page.locator("[name=prompt][value=consent]").waitFor({ state: "attached" });
          await page.locator("[type=submit]").click();

          await page.getByRole("region", { name: "Details of inventory.orders" }).waitFor();
          await page.getByText("ada · reader").waitFor();
          assert.equal(page.url(), `${url}/?part=queue%20inventory.orders`);
          const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
          assert.doesNotMatch(stored, /eyJ/);
        });
      } finally {
        await server.stop();
        provider.stop();
      }
    },
  );
});

describe("a long list", () => {
  /** More would be drawn in vain: rows in sight, and some beyond either edge. */
  const most = 70;
  const drawn = (page: Page) => page.locator("table.list tbody tr:not(.gap)").count();

  async function scrollToEnd(page: Page, rows: number): Promise<void> {
    await eventually(
      async () => {
        await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
        const count = await drawn(page);
        assert.ok(count <= most, `${count} rows are drawn`);
        assert.equal(await page.locator("table.list").getAttribute("aria-rowcount"), String(rows + 1));
      },
      { timeout: 500_000 },
    );
  }

  it("of 10,000 orders draws the rows in sight only, and reads page by page", patient, async () => {
    await console.system.query(
      "order",
      `insert into orders (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
       select ('019a4f2e-7b10-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'c-many', 'confirmed',
         '[{"sku": "LAMP", "name": "Lamp", "quantity": 1, "unitPrice": {"amount": 1250, "currency": "EUR"}}]',
         1250, 'EUR', now(), now(), now(),
         '[{"status": "pending", "at": "2026-03-14T09:26:53.589Z", "cause": "placed"}]'
       from generate_series(1, 10000) as n`,
      "owner of the tables",
    );
    await console.visit("/orders?customerId=c-many", async ({ page, requests }) => {
      await page.locator("table.list").waitFor();
      await scrollToEnd(page, 10_000);
      const pages = () => requests.filter((address) => address.includes("/api/order/orders?"));
      assert.ok(pages().every((address) => address.includes("limit=100")));
      const read = pages().length;
      assert.ok(read <= 110, `${read} calls`);
      // Far down, nothing is read again unasked, however old it is.
      await page.clock.setFixedTime(Date.now() + 60_000);
      await page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
      await page.getByLabel("Status").selectOption("rejected");
      await page.getByText("No orders").waitFor();
      const others = pages().slice(read);
      assert.ok(
        others.every((address) => address.includes("status=rejected")),
        others.join("\n"),
      );
    });
  });

  it("of 1,000 dead letters draws the rows in sight only, and all are deleted at once", patient, async () => {
    const { host, place } = console.system;
    const connection = await connect(changedUrl(place.admin.AMQP_URL, { path: host.name }));
    const channel = await connection.createConfirmChannel();
    const headers = { "schema-version": 1 };
    for (let index = 0; index < 1_000; index++)
      channel.publish("orders", "order.created", Buffer.from("{}"), {
        ...{ type: "order.created", contentType: "application/json", appId: "order", headers },
        ...{ messageId: `m-${index}`, persistent: true },
      });
    await channel.waitForConfirms();
    await connection.close();
    const dead = (count: number) =>
      eventually(async () => assert.equal(await host.queueDepth("inventory.orders.dead"), count), {
        timeout: 300_000,
      });
    await dead(1_000);
    await console.visit("/dead-letters/inventory", async ({ page }) => {
      page.setDefaultTimeout(300_000);
      await page.getByText("1,000 dead letters: inventory.orders 1,000, inventory.outbox 0").waitFor();
      await scrollToEnd(page, 1_000);
      await page.evaluate(() => scrollTo(0, 0));
      await button(page, "Delete all").click();
      await button(page, "Delete 1,000 messages").click();
      await page.getByText("1,000 messages deleted.").waitFor();
    });
    await dead(0);
  });
});
