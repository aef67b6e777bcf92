/**
 * Records docs/images/tour.gif, the tour of docs/tour.md, on the running system: `make record`. Places orders, kills
 * the inventory service, starts it when its queue is full, and ends with the ledger.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "@orders/stack";
import type { Page } from "playwright-core";
import { findChromium, launchBrowser } from "../catalogue/browser.ts";
import { animate, type Frame } from "./animation.ts";

const [link] = process.argv.slice(2);
if (!link) throw new Error("no link to the console: make console prints it once the system is up");
const file = join(root, "docs/images/tour.gif");
const size = { width: 1280, height: 800 };
const largest = 3_000_000;
/** Milliseconds for which a frame is shown, and the last frame. */
const shown = 500;
const shownLast = 5_000;

const frames: Frame[] = [];
const browser = await launchBrowser(findChromium());
await browser.visit(
  { viewport: size, colorScheme: "light", reducedMotion: "no-preference" },
  async ({ page }) => {
    await page.goto(link);
    await page.getByRole("navigation").getByRole("link", { name: "Try to break it" }).click();
    await page.locator(".node.queue").first().waitFor();

    await record(page, 3);
    await page.getByRole("button", { name: /^Place/ }).click();
    // The order service must know the products first.
    const accepted = () => page.getByLabel("Accepted").evaluate((bar) => Number(bar.getAttribute("value")));
    await page.getByLabel("Accepted").waitFor();
    for (let i = 0; i < 300 && (await accepted()) < 150; i++) await page.waitForTimeout(200);
    await record(page, 3);
    await page.getByRole("button", { name: "kill inventory" }).click();
    await record(page, 10);
    await page.getByRole("button", { name: "start inventory" }).click();
    const ledger = page.getByRole("heading", { name: /Nothing was lost|A guarantee was broken/ });
    for (let i = 0; i < 60 && !(await ledger.isVisible()); i++) await record(page, 1);
    await ledger.waitFor({ timeout: 300_000 });
    await ledger.scrollIntoViewIfNeeded();
    await record(page, 1, shownLast);
  },
);
await browser.close();

const picture = animate(frames);
if (picture.length > largest)
  throw new Error(`the picture has ${picture.length} bytes, more than ${largest}`);
writeFileSync(file, picture);
console.log(`${file}: ${frames.length} frames, ${picture.length} bytes`);

async function record(page: Page, count: number, delay = shown): Promise<void> {
  for (let i = 0; i < count; i++) {
    const next = Date.now() + delay;
    frames.push({ png: await page.screenshot(), delay });
    await page.waitForTimeout(Math.max(0, Math.min(delay, next - Date.now())));
  }
}
