/** A real browser for tests, with a record of errors and requests. */

import { findProgram, installDebianPackages } from "@orders/stack/servers";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

const names = ["chromium", "chromium-browser", "google-chrome"];

/** No sandbox, because tests may run as root in a container; no background network requests. */
const flags = [
  "--no-sandbox",
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
 * The path of a Chromium: that of CHROMIUM, an installed one, or Debian's, which is installed if
 * possible. It may take minutes, so call it where no time limit holds: at the top of a file.
 * @throws when there is none and none can be installed
 */
export function findChromium(): string {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const find = () => names.flatMap((name) => findProgram(name) ?? [])[0];
  const found =
    find() ?? (installDebianPackages(["chromium"], (line) => console.error(line)) ? find() : undefined);
  if (found) return found;
  throw new Error(
    `cannot test the catalogue in a browser: found none of ${names.join(", ")} on the PATH. Install Chromium, or set CHROMIUM to the path of one`,
  );
}

/** For tests that open a page, which is many times slower on a busy machine. */
export const patient = { timeout: 180_000 } as const;

export interface Visit {
  readonly page: Page;
  /** Errors and warnings on the console, exceptions, and what the content security policy refused. */
  readonly complaints: string[];
  /** Requested addresses other than local files. */
  readonly requests: string[];
}

export interface TestBrowser {
  /** A page of its own, closed after `use`. */
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
  await context.route(/^(https?|wss?):/, (route) => route.abort());
  return { page, complaints, requests };
}
