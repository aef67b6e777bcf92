/** The console before a real system, and people who use it in a real browser. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Client } from "@orders/stack/testing/client";
import { launch } from "@orders/stack/testing/service";
import { startSystem } from "@orders/stack/testing/system";
import { freePorts, waitFor } from "@rabbit-contract/messaging/testing";
import { authEnvironment, tokenOf } from "@rabbit-contract/service/testing";
import { findChromium, launchBrowser, type Visit } from "../catalogue/browser.ts";

const root = fileURLToPath(new URL("../..", import.meta.url).href);
const services = ["inventory", "order", "notification"] as const;

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

export async function startConsole() {
  execFileSync("bun", ["console/build.ts"], { cwd: root, stdio: "pipe" });
  const system = await startSystem();
  const [port = 0] = await freePorts(0);
  const url = `http://127.0.0.1:${port}`;
  const targets = services.flatMap((name) => {
    const { url, adminUrl } = system.service(name);
    const prefix = `CONSOLE_${name.toUpperCase()}`;
    return [
      [`${prefix}_URL`, url],
      [`${prefix}_ADMIN_URL`, adminUrl],
    ];
  });
  const server = launch(["console/src/main.ts"], "bun", {
    ...authEnvironment,
    ...Object.fromEntries(targets),
    CONSOLE_PORT: String(port),
    // Signs in locally; these tests answer for it.
    CONSOLE_BREAK_IT_SOCKET: "/nonexistent",
  });
  const browser = await launchBrowser(chromium);
  await waitFor(async () => (await fetch(`${url}/health/live`)).ok, {
    what: `the console:\n${server.log()}`,
  });
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

export type RealConsole = Awaited<ReturnType<typeof startConsole>>;
