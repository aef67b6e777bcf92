/** The console's page without a mouse and without seeing it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page } from "playwright-core";
import { patient } from "../catalogue/browser.ts";
import { cannedPages } from "./canned-page.ts";
import { oneOrder } from "./pictures/answers.ts";

const pages = cannedPages();
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** What has the focus: its name, whether the page shows that, and whether it can be seen. */
function focused(page: Page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const { outlineStyle, outlineWidth } = getComputedStyle(element ?? document.body);
    const { top, bottom, width } = element?.getBoundingClientRect() ?? new DOMRect();
    const text = element?.getAttribute("aria-label") ?? element?.textContent ?? "";
    return {
      name: element === document.body ? "body" : `${element?.tagName} ${text.slice(0, 40)}`,
      // In the picture, the style sheet draws the border of the box instead.
      marked:
        (outlineStyle !== "none" && outlineWidth !== "0px") ||
        element?.matches(".picture a:focus-visible") === true,
      visible: width > 0 && bottom > 0 && top < window.innerHeight,
      inDialog: element?.closest("dialog") !== null,
    };
  });
}

describe("a dialog", () => {
  const dialogs = {
    "/orders": "Place an order",
    "/products/LAMP-01": "Record a movement",
    "/notifications/contacts": "Add a contact",
  };
  it("keeps the focus, and returns it when it closes", patient, () =>
    pages.visit("/", async ({ page }) => {
      for (const [path, opener] of Object.entries(dialogs)) {
        await page.goto(pages.url + path);
        await button(page, opener).focus();
        await page.keyboard.press("Enter");
        await page.getByRole("dialog").waitFor();
        for (let i = 0; i < 10; i++) {
          await page.keyboard.press("Tab");
          const { name, inDialog } = await focused(page);
          // Between its last and its first control is the browser itself.
          assert.ok(inDialog || name === "body", `${name} is outside of the dialog`);
        }
        await page.keyboard.press("Escape");
        await page.getByRole("dialog").waitFor({ state: "detached" });
        assert.equal((await focused(page)).name, `BUTTON ${opener}`);
      }
    }),
  );

  it("returns the focus after Cancel, too", patient, () =>
    pages.visit(`/orders/${oneOrder.id}`, async ({ page }) => {
      await button(page, "Ship").click();
      await button(page, "Cancel").click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      assert.equal((await focused(page)).name, "BUTTON Ship");
    }),
  );
});

describe("a screen reader", () => {
  it("is told where the person is after a row’s link", patient, () =>
    pages.visit("/orders", async ({ page }) => {
      await page.getByRole("link", { name: oneOrder.id }).focus();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: `Order ${oneOrder.id}` }).waitFor();
      await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    }),
  );
});
