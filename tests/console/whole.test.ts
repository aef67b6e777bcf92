/** The console with everything that it can work with: the break-it program, a token issuer, a lot of data. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startConsole } from "@orders/stack/testing/console";
import { startOpenIdProvider } from "@orders/stack/testing/openid-provider";
import { eventually, freePort } from "@rabbit-contract/messaging/testing";
import type { Page } from "playwright-core";
import { seriousFaults } from "../catalogue/axe.ts";
import { longLists } from "./long-lists.ts";
import { patient, type RealConsole, startRealConsole } from "./real-console.ts";

let console: RealConsole;
before(async () => {
  console = await startRealConsole();
}, patient);
after(() => console?.close(), patient);

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

describe("try to break it", () => {
  it(
    "shows a queue that fills while its service is down and drains after its return, and a ledger without losses",
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
        await page.getByRole("heading", { name: /Nothing was lost|A guarantee was broken/ }).waitFor();
        const figures = await page.locator("[data-figure] dd").allInnerTexts();
        assert.deepEqual(figures, ["600", "600", "0", "0", "0"]);
        await depth.getByText(/^0 ready/).waitFor();
        assert.deepEqual(await seriousFaults(page), []);
      }),
  );

  it("explains why a person whose role may watch nothing sees no picture", patient, () =>
    console.visit(
      "/break-it",
      async ({ page }) => {
        await page.getByText("Your role may not watch queues and services").waitFor();
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

  it("is listed with the reason for its refusal, opened, and deleted", patient, async () => {
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
    "redirects to the issuer, returns to the requested page, and keeps the token in memory only",
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

longLists(() => console);
