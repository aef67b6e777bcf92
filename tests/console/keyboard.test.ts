/** The console's page without a mouse and without seeing it. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Page } from "playwright-core";
import { button, patient } from "../catalogue/browser.ts";
import { cannedPages } from "./canned-page.ts";
import { oneOrder } from "./pictures/answers.ts";

const pages = cannedPages();

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

/** The title of each view, and texts that it shows once nothing more will move. */
const views = {
  "/": ["Flow · Console", "no process responds"],
  "/orders": ["Orders · Console", oneOrder.id],
  [`/orders/${oneOrder.id}`]: [`Order ${oneOrder.id} · Console`, "reserves 2 lines", "notifies: confirmed"],
  "/break-it": ["Try to break it · Console", "Nothing was lost", "0 replicas", "postgresql"],
};

/** The elements that the first tabs reach tell enough of a view. */
const tabs = 16;

describe("the tab key", () => {
  it("begins at the top of each view, and each focus can be seen", patient, () =>
    pages.visit("/", async ({ page }) => {
      for (const [path, [title, ...complete]] of Object.entries(views)) {
        await page.goto(pages.url + path);
        await page.waitForFunction((wanted) => document.title === wanted, title);
        for (const text of complete) await page.getByText(text).first().waitFor({ state: "attached" });
        for (let i = 0; i < tabs; i++) {
          await page.keyboard.press("Tab");
          const { name, marked, visible } = await focused(page);
          if (name === "body") break;
          if (i === 0) assert.equal(name, "A Skip to the content", path);
          assert.ok(marked, `${path}: the focus of ${name} is not marked`);
          assert.ok(visible, `${path}: ${name} has the focus outside of the window`);
        }
      }
    }),
  );
});

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
        await eventually(async () => assert.equal((await focused(page)).name, `BUTTON ${opener}`));
      }
    }),
  );

  it("returns the focus after Cancel, too", patient, () =>
    pages.visit(`/orders/${oneOrder.id}`, async ({ page }) => {
      await button(page, "Ship").click();
      await button(page, "Cancel").click();
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await eventually(async () => assert.equal((await focused(page)).name, "BUTTON Ship"));
    }),
  );
});

describe("an action on a part", () => {
  it("leaves the focus on the part", patient, () => {
    let state = "running";
    return pages.visit(
      "/break-it",
      async ({ page }) => {
        await button(page, "kill order").focus();
        await page.keyboard.press("Enter");
        await button(page, "start order").waitFor();
        await page.waitForFunction(
          () => document.activeElement?.getAttribute("aria-label") === "start order",
        );
      },
      {
        "/break-it/parts": (route) =>
          route.fulfill({ json: { parts: [{ name: "order", kind: "service", state }] } }),
        "/break-it/parts/order/kill": (route) => {
          state = "stopped";
          return route.fulfill({ json: { name: "order", kind: "service", state } });
        },
      },
    );
  });
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

  it("is told the name of each part of the picture, and has the numbers in tables", patient, () =>
    pages.visit("/", async ({ page }) => {
      const picture = page.getByRole("region", { name: "Picture of the flow" });
      const queue = picture.getByRole("link", { name: "queue inventory.orders", exact: true });
      await queue.waitFor();
      const names = await picture
        .getByRole("link")
        .evaluateAll((links) => links.map((link) => link.querySelector(":scope > title")?.textContent));
      assert.ok(names.includes("service order as publisher"), names.join(", "));
      assert.equal(new Set(names).size, names.length, names.join(", "));
      await page.getByText("Show as tables").press("Enter");
      await page.getByRole("row", { name: /^inventory\.orders 1284 0 0/ }).waitFor();
    }),
  );

  it("is told which services are down, and where the person is after the details are closed", patient, () =>
    pages.visit("/", async ({ page }) => {
      await page.getByRole("status").getByText("inventory is down.").waitFor();
      await page.locator(".node.queue", { hasText: "inventory.orders" }).getByRole("link").press("Enter");
      await page.getByRole("region", { name: "Details of inventory.orders" }).waitFor();
      await page.getByRole("link", { name: "Close the details" }).press("Enter");
      await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    }),
  );

  it("is told the result of a run", patient, () =>
    pages.visit("/break-it", async ({ page }) => {
      await page.getByRole("status").getByText("Nothing was lost").waitFor();
      await page.getByRole("status").getByText("Done").waitFor();
      const step = page.locator(".steps [aria-current=step]");
      assert.equal(await step.textContent(), "Read the ledger: nothing was lost.");
    }),
  );
});
