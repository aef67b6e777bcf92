/** The console's page: signing in, what each role is offered, and the live picture. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { seriousFaults } from "../catalogue/axe.ts";
import { patient } from "../catalogue/browser.ts";
import { placingUntil, type RealConsole } from "./real-console.ts";

const card = (page: Page, service: string) => page.locator(`[data-service="${service}"]`);
const flow = (page: Page) => page.getByRole("heading", { name: "Flow", exact: true });

export function pageTests(console: () => RealConsole): void {
  describe("the console's page", () => {
    it("signs in through the link, and removes its secret from the address", patient, () =>
      console().visit(
        `/#machine=${console().secret}`,
        async ({ page }) => {
          await flow(page).waitFor();
          assert.equal(new URL(page.url()).hash, "");
          await page.reload();
          await flow(page).waitFor();
          const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
          assert.doesNotMatch(stored, /eyJ/, "a token outside of memory");
        },
        { as: "nobody" },
      ),
    );

    it("explains how to sign in if the secret is missing", patient, () =>
      console().visit(
        "/orders",
        async ({ page }) => {
          await page.getByRole("heading", { name: "Sign in" }).waitFor();
          await page.getByText("make up").waitFor();
          assert.deepEqual(await seriousFaults(page), []);
        },
        { as: "nobody" },
      ),
    );

    it("offers a customer only what a customer may see", patient, () =>
      console().visit(
        "/",
        async ({ page }) => {
          await page.waitForURL(/\/orders$/);
          const navigation = page.getByRole("navigation", { name: "Views" });
          await navigation.getByRole("link", { name: "Orders" }).waitFor();
          const views = await navigation.getByRole("link").allTextContents();
          assert.ok(!views.includes("Flow") && !views.includes("Dead letters"), views.join());
        },
        { as: { role: "customer", subject: "ada" } },
      ),
    );

    it("shows only what the new role may see once the person has changed it", patient, () =>
      console().visit("/orders", async ({ page }) => {
        const other = await console().client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
        const own = await console().client.place("eve", [{ sku: "MUG-1", quantity: 1 }]);
        await page.getByRole("link", { name: other.id }).waitFor();
        await page.getByTitle("Who is signed in").click();
        await page.getByLabel("Role").selectOption("customer");
        await page.getByLabel("Customer id").fill("eve");
        await page.getByRole("button", { name: "Continue as customer" }).click();
        await page.getByText("eve · customer").waitFor();
        await page.getByRole("link", { name: own.id }).waitFor();
        assert.equal(await page.getByRole("link", { name: other.id }).count(), 0);
      }),
    );

    it("shows each service, route and queue of the system, live", patient, () =>
      console().visit("/", async ({ page }) => {
        for (const service of ["inventory", "order", "notification"])
          await card(page, service).getByText("ready", { exact: true }).waitFor();
        await card(page, "notification").getByText("no outbox").waitFor();
        const rate = page.locator(".node.key", { hasText: "order.created" }).getByText(/[1-9].*\/s/);
        await placingUntil(console().client, rate.waitFor());
        await page.locator(".node.queue", { hasText: "inventory.orders" }).getByRole("link").click();
        await page.getByRole("region", { name: "Details of inventory.orders" }).waitFor();
        assert.match(page.url(), /part=queue/);
        assert.deepEqual(await seriousFaults(page), []);
      }),
    );

    it(
      "shows a killed service as down and its queue filling, and both recovered after its return",
      patient,
      () =>
        console().visit("/", async ({ page }) => {
          const { system, client } = console();
          await card(page, "inventory").getByText("ready", { exact: true }).waitFor();
          await system.service("inventory").stop("SIGKILL");
          await card(page, "inventory").getByText("down", { exact: true }).waitFor();
          for (let i = 0; i < 5; i++) await client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
          const ready = page.locator(".node.queue", { hasText: "inventory.orders" }).locator(".depth");
          // And those whose acknowledgement was lost with it.
          await ready.getByText(/^(?:[5-9]|\d\d+) ready/).waitFor();
          await system.start("inventory");
          await card(page, "inventory").getByText("ready", { exact: true }).waitFor();
          await ready.getByText(/^0 ready/).waitFor();
        }),
    );

    it("reports that the connection is lost, and reconnects", patient, () =>
      console().visit("/", async ({ page }) => {
        await page.getByText("Live", { exact: true }).waitFor();
        const stream = `${console().url}/flow`;
        await page.route(stream, (route) => route.fulfill({ status: 200, body: "" }));
        await page.reload();
        await page.getByText("Connection lost").waitFor();
        await page.unroute(stream);
        await page.getByText("Live", { exact: true }).waitFor();
      }),
    );
  });
}
