/** The page on which anyone can try to break the system, and the ledger that it keeps. */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { button, patient } from "../catalogue/browser.ts";
import type { RealConsole } from "./real-console.ts";

/**
 * In the page: clicks a button once the progress bar shows a higher number. All orders are placed in ten seconds; on a
 * busy machine, a click from outside of the page would come too late.
 */
function clickOnceHigher(bar: Element, { than, label }: { than: number; label: string }): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (Number(bar.getAttribute("value")) <= than) return;
      clearInterval(timer);
      document.querySelector<HTMLElement>(`button[aria-label="${label}"]`)?.click();
      resolve();
    }, 20);
  });
}

export function breakItTests(console: () => RealConsole): void {
  describe("try to break it", () => {
    it(
      "shows a queue that fills while its service is down and drains after its return, and a ledger without losses",
      patient,
      () =>
        console().visit("/break-it", async ({ page }) => {
          page.setDefaultTimeout(300_000);
          await page.getByLabel("How many").fill("600");
          await button(page, "Place 600 orders").click();
          await button(page, "kill inventory").waitFor();
          await page.getByLabel("Accepted").evaluate(clickOnceHigher, { than: 20, label: "kill inventory" });
          await page.locator('[data-part="inventory"]').getByText("stopped").waitFor();
          await page.locator(".node.consumer", { hasText: "inventory" }).getByText("down").waitFor();
          const depth = page.locator(".node.queue", { hasText: "inventory.orders" }).locator(".depth");
          await depth.getByText(/^[1-9][\d,.k]* ready/).waitFor();

          await button(page, "start inventory").click();
          await page.getByRole("heading", { name: /Nothing was lost|A guarantee was broken/ }).waitFor();
          const figures = () => page.locator("[data-figure] dd").allInnerTexts();
          assert.deepEqual(await figures(), ["600", "600", "0", "0", "0"]);
          await depth.getByText(/^0 ready/).waitFor();

          await button(page, "Deliver 100 messages twice").click();
          await page.getByText("100 messages delivered twice").waitFor();
          await page.getByText("Done", { exact: true }).waitFor();
          assert.deepEqual(await figures(), ["600", "600", "0", "0", "0"]);
        }),
    );

    it("pauses, continues, stops and starts a service", patient, () =>
      console().visit("/break-it", async ({ page }) => {
        const part = page.locator('[data-part="notification"]');
        const box = page.locator(".node.consumer", { hasText: "notification" });
        for (const [action, state, status] of [
          ["pause", "paused", "down"],
          ["start", "running", "ready"],
          ["stop", "stopped", "down"],
          ["start", "running", "ready"],
        ] as const) {
          await button(page, `${action} notification`).click();
          await part.getByText(state, { exact: true }).waitFor();
          await box.getByText(status, { exact: true }).waitFor();
        }
      }),
    );

    it("explains why a person whose role may watch nothing sees no picture", patient, () =>
      console().visit(
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
}
