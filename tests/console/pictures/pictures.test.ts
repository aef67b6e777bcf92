/** How each view looks, compared with the images beside this file, and whether it is accessible. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { consolePage } from "@orders/stack/testing/console-page";
import { colours, seriousFaults } from "../../catalogue/axe.ts";
import { findChromium, launchBrowser, patient, type TestBrowser } from "../../catalogue/browser.ts";
import { compareImages } from "../../catalogue/pixels.ts";
import { letters, now, oneOrder } from "./answers.ts";
import { serveCannedConsole } from "./canned-console.ts";

/** To accept what is drawn now: UPDATE_GOLDEN=1 bun test tests/console/pictures */
const update = process.env.UPDATE_GOLDEN === "1";
const accept = "to accept it, UPDATE_GOLDEN=1 bun test tests/console/pictures, and look at the images";

/** Each view with the texts that it shows once it is complete: one for each response that it needs. */
const views = {
  flow: { path: "/", complete: ["no process responds", /^Live$/] },
  orders: { path: "/orders", complete: ["€158.00"] },
  order: { path: `/orders/${oneOrder.id}`, complete: ["reserves 2 lines", "notifies: confirmed"] },
  products: { path: "/products", complete: ["CHAIR-02"] },
  product: { path: "/products/LAMP-01", complete: ["+40"] },
  "dead-letters": { path: "/dead-letters/inventory", complete: ["inventory.outbox 1"] },
  "dead-letter": {
    path: `/dead-letters/inventory/inventory.orders/${letters[0]?.id}`,
    complete: ["must be", "Schema of"],
  },
  notifications: { path: "/notifications", complete: ["is on its way", /^Live$/] },
  contacts: { path: "/notifications/contacts", complete: ["ada@example.com"] },
  "break-it": { path: "/break-it", complete: ["Nothing was lost", "0 replicas", "postgresql"] },
} as const;

/** The windows, and the colours in which each view is drawn there. */
const windows = {
  // Half of a desktop's resolution shows where everything is, in a small file.
  desktop: { viewport: { width: 1280, height: 900 }, deviceScaleFactor: 0.5, colours: ["light", "dark"] },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 1, colours: ["light"] },
} as const;
/** The part of accessibility that may differ from the first look: a check of everything takes long. */
const differs = { light: {}, dark: { only: colours }, phone: { without: colours } } as const;

describe("the console's views", () => {
  let console: ReturnType<typeof serveCannedConsole>;
  let browser: TestBrowser;

  before(async () => {
    await consolePage();
    console = serveCannedConsole();
    browser = await launchBrowser(findChromium());
  }, patient);

  after(async () => {
    await browser?.close();
    console?.close();
  });

  for (const [name, { colours: schemes, ...window }] of Object.entries(windows))
    it(`look as in the images on a ${name}, and are accessible`, { timeout: 600_000 }, () =>
      browser.visit({ ...window, timezoneId: "UTC", locale: "en-GB" }, async ({ page, complaints }) => {
        await page.clock.setFixedTime(now);
        await page.addInitScript(() => sessionStorage.setItem("machine", "of-a-test"));
        const seen = new Map<string, Buffer>();
        for (const [view, { path, complete }] of Object.entries(views)) {
          await page.goto(console.url + path);
          for (const text of complete) await page.getByText(text).first().waitFor({ state: "attached" });
          await page.evaluate(() => document.fonts.ready);
          for (const colorScheme of schemes) {
            const look = name === "phone" ? name : colorScheme;
            await page.emulateMedia({ colorScheme });
            seen.set(`${view}-${look}.png`, await page.screenshot({ animations: "disabled" }));
            assert.deepEqual(await seriousFaults(page, differs[look]), [], `${path} in ${look}`);
          }
          const [width, inner] = await page.evaluate(() => [
            document.documentElement.scrollWidth,
            innerWidth,
          ]);
          assert.equal(width, inner, `${path} is wider than the window`);
        }
        assert.deepEqual(complaints, []);
        const different: string[] = [];
        for (const [name, png] of seen) {
          const file = join(import.meta.dirname, name);
          if (update) writeFileSync(file, png);
          assert.ok(existsSync(file), `there is no ${file}: ${accept}`);
          const { sizes, share } = compareImages(readFileSync(file), png);
          assert.equal(sizes[0], sizes[1], name);
          // Antialiasing differs between browser versions; a real difference is far above this.
          if (share >= 0.01) different.push(`${name}: ${(share * 100).toFixed(2)} % of the pixels`);
        }
        assert.deepEqual(different, [], accept);
      }),
    );
});
