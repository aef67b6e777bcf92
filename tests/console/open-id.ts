/** Signing in at a token issuer, with a console of its own that has one. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { startConsole } from "@orders/stack/testing/console";
import { startOpenIdProvider } from "@orders/stack/testing/openid-provider";
import { freePort } from "@rabbit-contract/messaging/testing";
import { seriousFaults } from "../catalogue/axe.ts";
import { button, patient } from "../catalogue/browser.ts";
import type { RealConsole } from "./real-console.ts";

export function openIdTests(console: () => RealConsole): void {
  describe("sign-in with OpenID Connect", () => {
    it(
      "redirects to the issuer, returns to the requested page, and keeps the token in memory only",
      patient,
      async () => {
        const port = await freePort();
        const url = `http://127.0.0.1:${port}`;
        const provider = await startOpenIdProvider({
          clientId: "console",
          consoleUrl: url,
          roles: ["reader"],
        });
        const server = await startConsole(console().system, {
          ...provider.environment,
          CONSOLE_PORT: String(port),
        });
        try {
          await console().browser.visit({}, async ({ page }) => {
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
}
