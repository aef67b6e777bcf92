/** The console's page with fixed responses, which a test can replace, in a real browser. */
import { after, before } from "node:test";
import { consolePage } from "@orders/stack/testing/console-page";
import type { Page, Route } from "playwright-core";
import { findChromium, launchBrowser, patient, type TestBrowser } from "../catalogue/browser.ts";
import { serveCannedConsole } from "./pictures/canned-console.ts";

interface Visited {
  readonly page: Page;
  /** What the page's own script reported: not the statuses that a test has chosen. */
  readonly complaints: () => readonly string[];
}

const chromium = findChromium();

/** To be called once in a file. @returns opens a page; `replaced` answers what its pattern matches */
export function cannedPages() {
  let console: ReturnType<typeof serveCannedConsole>;
  let browser: TestBrowser;

  before(async () => {
    await consolePage();
    console = serveCannedConsole();
    browser = await launchBrowser(chromium);
  }, patient);
  after(async () => {
    await browser?.close();
    console?.close();
  });

  return {
    get url() {
      return console.url;
    },
    visit(
      path: string,
      use: (visited: Visited) => Promise<void>,
      replaced: Readonly<Record<string, (route: Route) => Promise<void>>> = {},
    ): Promise<void> {
      return browser.visit({ viewport: { width: 1280, height: 900 } }, async ({ page, complaints }) => {
        for (const [pattern, answer] of Object.entries(replaced))
          await page.route(`${console.url}${pattern}`, answer);
        await page.addInitScript(() => sessionStorage.setItem("machine", "of-a-test"));
        await page.goto(console.url + path);
        await use({
          page,
          complaints: () => complaints.filter((text) => !text.startsWith("Failed to load resource")),
        });
      });
    },
  };
}
