/** A real browser for tests, with a record of errors and requests. */

import { findOrInstall, findProgram } from "@orders/stack/programs";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/** The headless shell first: a whole browser also draws its own window, which no test looks at. */
const names = [
  "chromium-headless-shell",
  "chrome-headless-shell",
  "chromium",
  "chromium-browser",
  "google-chrome",
];

/** No sandbox, because tests may run as root in a container; no host but this machine, and no background requests. */
const flags = [
  "--no-sandbox",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  "--font-render-hinting=none",
];

/**
 * The path of Chromium: CHROMIUM, else an installed one, else Debian's, which is installed if possible. That may take
 * minutes, so call it at the top of a file, where no timeout applies.
 * @throws if none is found and none can be installed
 */
export function findChromium(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  return findOrInstall(
    () => names.flatMap((name) => findProgram(name) ?? [])[0],
    "chromium-headless-shell",
    console.error,
    "or another Chromium, or set CHROMIUM to the path of one",
  );
}

/** For tests that open a page, which takes much longer on a busy machine. */
export const patient = { timeout: 600_000 } as const;

export const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

/** Clicks, and waits for a text that is then shown for seconds only, which a call after the click may miss. */
export async function clickUntil(page: Page, name: string, text: string): Promise<void> {
  await Promise.all([page.getByText(text, { exact: true }).waitFor(), button(page, name).click()]);
}

export interface Visit {
  readonly page: Page;
  /** Console errors and warnings, exceptions, and violations of the content security policy. */
  readonly complaints: string[];
  /** Requested addresses other than local files. */
  readonly requests: string[];
}

export interface TestBrowser {
  /** Opens a new page, closed after `use`. */
  visit<Result>(options: BrowserContextOptions, use: (visit: Visit) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export async function launchBrowser(executablePath: string): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath, args: flags });
  return {
    async visit(options, use) {
      const context = await browser.newContext({ reducedMotion: "reduce", ...options });
      context.setDefaultTimeout(60_000);
      try {
        return await use(await watched(context));
      } finally {
        await context.close();
      }
    },
    async close() {
      await browser.close();
    },
  };
}

async function watched(context: BrowserContext): Promise<Visit> {
  const complaints: string[] = [];
  const requests: string[] = [];
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) requests.push(request.url());
  });
  return { page, complaints, requests };
}
