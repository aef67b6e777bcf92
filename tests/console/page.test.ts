/** The console's page in a real browser, against the real system. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { root } from "@orders/stack";
import { Client } from "@orders/stack/testing/client";
import { startConsole, type TestConsole } from "@orders/stack/testing/console";
import { startSystem, type TestSystem } from "@orders/stack/testing/system";
import { tokenOf } from "@rabbit-contract/service/testing";
import type { BrowserContextOptions, Page } from "playwright-core";
import { seriousFaults } from "../catalogue/axe.ts";
import { findChromium, launchBrowser, patient, type TestBrowser, type Visit } from "../catalogue/browser.ts";

const chromium = findChromium();
const phone = { viewport: { width: 390, height: 844 } };

describe("the console's page", patient, () => {
  let system: TestSystem;
  let served: TestConsole;
  let browser: TestBrowser;
  let client: Client;

  before(async () => {
    execFileSync("bun", [join(root, "console/build.ts")], { stdio: "pipe" });
    system = await startSystem();
    // Local sign-in; who signs in is answered by this test.
    served = await startConsole(system, {
      CONSOLE_AUTH_CLIENT_ID: "",
      CONSOLE_BREAK_IT_SOCKET: "/nonexistent",
    });
    browser = await launchBrowser(chromium);
    client = new Client(system);
    await client.product("MUG-1", { onHand: 1_000 });
  });

  after(async () => {
    await browser?.close();
    await served?.stop();
    await system?.stop();
  });

  interface Options extends BrowserContextOptions {
    /** @default an operator */
    readonly role?: string;
  }

  /** Opens a page as the link of `make up` does. Fails when the page complained, or asked another host. */
  async function visit(
    path: string,
    { role: first = "operator", ...options }: Options,
    use: (page: Page) => Promise<void>,
  ): Promise<void> {
    await browser.visit(options, async ({ page, complaints, requests }: Visit) => {
      await page.route(`${served.url}/**`, (route) => route.continue());
      await page.route(`${served.url}/break-it/**`, (route) => route.fulfill({ status: 204 }));
      await page.route(`${served.url}/sign-in/local`, async (route) => {
        const { machine, role, subject } = route.request().postDataJSON();
        if (machine !== "right") return route.fulfill({ status: 401, json: { title: "Wrong secret" } });
        const token = await tokenOf(role === "operator" ? first : role, subject);
        return route.fulfill({ status: 201, json: { token, expiresAt: new Date().toISOString() } });
      });
      await page.goto(served.url + path);
      await use(page);
      assert.deepEqual(
        requests.filter((address) => !address.startsWith(served.url)),
        [],
        "requests to other hosts",
      );
      assert.deepEqual(complaints, []);
    });
  }

  const card = (page: Page, service: string) => page.locator(`[data-service="${service}"]`);

  it("signs in through the link, and keeps its secret out of the address", async () => {
    await visit("/#machine=right", {}, async (page) => {
      await page.getByRole("heading", { name: "Flow" }).waitFor();
      assert.equal(new URL(page.url()).hash, "");
      await page.reload();
      await page.getByRole("heading", { name: "Flow" }).waitFor();
      const stored = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
      assert.doesNotMatch(stored, /eyJ/, "a token outside of memory");
    });
  });

  it("says how to sign in when the secret is missing", async () => {
    await visit("/orders", {}, async (page) => {
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.getByText("make up").waitFor();
      assert.deepEqual(await seriousFaults(page), []);
    });
  });

  it("offers a customer only what a customer may see", async () => {
    await visit("/#machine=right", { role: "customer" }, async (page) => {
      await page.waitForURL(/\/orders$/);
      const views = await page.getByRole("navigation", { name: "Views" }).getByRole("link").allTextContents();
      assert.ok(!views.includes("Flow") && !views.includes("Dead letters"), views.join());
      assert.ok(views.includes("Orders"));
    });
  });

  it("shows each service, route and queue of the system, live", async () => {
    await visit("/#machine=right", {}, async (page) => {
      for (const service of ["inventory", "order", "notification"])
        await card(page, service).getByText("ready", { exact: true }).waitFor();
      await client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
      await page
        .locator(".node.key", { hasText: "order.created" })
        .getByText(/[1-9].*\/s/)
        .waitFor();
      await page.locator(".node.queue", { hasText: "inventory.orders" }).getByRole("link").click();
      await page.getByRole("region", { name: "Details of inventory.orders" }).waitFor();
      assert.match(page.url(), /part=queue/);
      assert.deepEqual(await seriousFaults(page), []);
    });
  });

  it("shows a killed service as down, its queue filling, and all of it back after its return", async () => {
    await visit("/#machine=right", {}, async (page) => {
      await card(page, "inventory").getByText("ready", { exact: true }).waitFor();
      const killed = performance.now();
      await system.service("inventory").stop("SIGKILL");
      await card(page, "inventory").getByText("down", { exact: true }).waitFor();
      // Three seconds until the console knows, and room for a slow browser.
      assert.ok(performance.now() - killed < 10_000, `${performance.now() - killed} ms`);

      for (let i = 0; i < 5; i++) await client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
      const ready = page.locator(".node.queue", { hasText: "inventory.orders" }).locator(".depth");
      await ready.getByText(/^[5-9] ready/).waitFor();
      await system.start("inventory");
      await card(page, "inventory").getByText("ready", { exact: true }).waitFor();
      await ready.getByText(/^0 ready/).waitFor();
    });
  });

  it("says that the connection is lost, and connects again", async () => {
    await visit("/#machine=right", {}, async (page) => {
      await page.getByText("Live", { exact: true }).waitFor();
      await page.route(`${served.url}/flow`, (route) => route.fulfill({ status: 200, body: "" }));
      await page.reload();
      await page.getByText("Connection lost").waitFor();
      await page.unroute(`${served.url}/flow`);
      await page.getByText("Live", { exact: true }).waitFor();
    });
  });

  for (const colorScheme of ["light", "dark"] as const) {
    it(`has nothing seriously inaccessible, and fits a phone, in ${colorScheme}`, async () => {
      for (const path of ["/", "/break-it"]) {
        await visit(`${path}#machine=right`, { ...phone, colorScheme }, async (page) => {
          await page.locator(".node.queue").first().waitFor();
          assert.deepEqual(await seriousFaults(page), [], path);
          const [width, inner] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            window.innerWidth,
          ]);
          assert.equal(width, inner, `${path} is wider than the phone`);
        });
      }
    });
  }
});
