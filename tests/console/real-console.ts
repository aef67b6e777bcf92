/** The console before a real system, and people who use it in a real browser. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@orders/stack/testing/client";
import { startConsole } from "@orders/stack/testing/console";
import { startSystem } from "@orders/stack/testing/system";
import { tokenOf } from "@rabbit-contract/service/testing";
import { findChromium, launchBrowser, type Visit } from "../catalogue/browser.ts";

const root = fileURLToPath(new URL("../..", import.meta.url).href);

export interface Someone {
  readonly role: string;
  readonly subject: string;
}
export const ada: Someone = { role: "operator", subject: "ada" };

export interface VisitOptions {
  /** @default an operator */
  readonly as?: Someone;
  /** @default a desktop's */
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
}

/** Where Chromium is; it may be installed first, so call it at the top of a file. */
export const chromium = findChromium();

export async function startRealConsole() {
  execFileSync("bun", [join(root, "console/build.ts")], { cwd: root, stdio: "pipe" });
  const system = await startSystem();
  const server = await startConsole(system);
  const { url } = server;
  const browser = await launchBrowser(chromium);
  return {
    system,
    client: new Client(system),
    url,

    /** Opens a page of the console, signed in. Fails when the page complained, or asked another host. */
    async visit(path: string, use: (visit: Visit) => Promise<void>, options: VisitOptions = {}) {
      const { as = ada, viewport = { width: 1280, height: 900 }, dark = false } = options;
      await browser.visit({ viewport, colorScheme: dark ? "dark" : "light" }, async (visit) => {
        const { page, complaints, requests } = visit;
        await page.addInitScript(({ role, subject }) => {
          sessionStorage.setItem("machine", "of-a-test");
          sessionStorage.setItem("person", `${role} ${subject}`);
        }, as);
        await page.route(`${url}/**`, (route) => route.continue());
        // Signs in locally; this test answers for it.
        const settings = { signIn: { kind: "local" }, breakIt: false };
        await page.route(`${url}/settings.json`, (route) => route.fulfill({ json: settings }));
        await page.route(`${url}/sign-in/local`, async (route) => {
          const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
          const json = { token: await tokenOf(as.role, as.subject), expiresAt };
          await route.fulfill({ status: 201, json });
        });
        await page.goto(url + path);
        await use(visit);
        const foreign = requests.filter((address) => !address.startsWith(url));
        if (complaints.length > 0 || foreign.length > 0)
          throw new Error(`the page of ${path} complained: ${[...complaints, ...foreign].join("\n")}`);
      });
    },

    async close() {
      await browser.close();
      await server.stop();
      await system.stop();
    },
  };
}

export type RealConsole = Awaited<ReturnType<typeof startRealConsole>>;
