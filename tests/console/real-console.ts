/** The console of a real system, used in a real browser. */
import { setTimeout as delay } from "node:timers/promises";
import { startBreakIt } from "@orders/stack/testing/break-it";
import { Client } from "@orders/stack/testing/client";
import { startConsole } from "@orders/stack/testing/console";
import { consolePage } from "@orders/stack/testing/console-page";
import { startSystem } from "@orders/stack/testing/system";
import { findChromium, launchBrowser, type Visit } from "../catalogue/browser.ts";

export interface Someone {
  readonly role: string;
  readonly subject: string;
}
export const ada: Someone = { role: "operator", subject: "ada" };

export interface VisitOptions {
  /** Who is signed in when the page opens. @default an operator */
  readonly as?: Someone | "nobody";
  /** @default a desktop's */
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly dark?: boolean;
}

/** The path of Chromium, which may have to be installed first: import this at the top of a file. */
export const chromium = findChromium();

/** Places orders until `seen` resolves: a rate is shown only for seconds, which a busy machine may miss. */
export async function placingUntil<Seen>(client: Client, seen: Promise<Seen>): Promise<Seen> {
  let placing = true;
  const load = (async () => {
    for (; placing; await delay(50)) await client.place("c-1", [{ sku: "MUG-1", quantity: 1 }]);
  })();
  try {
    return await seen;
  } finally {
    placing = false;
    await load;
  }
}

export async function startRealConsole() {
  await consolePage();
  const system = await startSystem();
  const breakIt = await startBreakIt(system);
  const server = await startConsole(system, {
    CONSOLE_AUTH_CLIENT_ID: "",
    CONSOLE_BREAK_IT_SOCKET: breakIt.socket,
  });
  const { url } = server;
  const browser = await launchBrowser(chromium);
  return {
    system,
    client: new Client(system),
    url,
    browser,
    /** This machine's secret: the link that `make up` prints ends with `#machine=` and it. */
    secret: breakIt.secret,

    /** Opens a page of the console. Fails if the page reported errors, or sent a request to another host. */
    async visit(path: string, use: (visit: Visit) => Promise<void>, options: VisitOptions = {}) {
      const { as = ada, viewport = { width: 1280, height: 900 }, dark = false } = options;
      await browser.visit({ viewport, colorScheme: dark ? "dark" : "light" }, async (visit) => {
        const { page, complaints, requests } = visit;
        /** What services report who fail. The browser complains of the status only. */
        const failures: Promise<string>[] = [];
        page.on("response", (response) => {
          if (response.status() < 500) return;
          const said = (body: unknown) => `${response.status()} of ${response.url()}: ${body}`;
          failures.push(response.text().then(said, said));
        });
        if (as !== "nobody")
          await page.addInitScript(
            ({ secret, person }) => {
              sessionStorage.setItem("machine", secret);
              sessionStorage.setItem("person", person);
            },
            { secret: breakIt.secret, person: `${as.role} ${as.subject}` },
          );
        await page.goto(url + path);
        await use(visit);
        // On a busy machine, the database may be late. The page asks again, as it is told.
        const serious = complaints.filter((complaint) => !/status of 503/.test(complaint));
        const foreign = requests.filter((address) => !address.startsWith(url));
        if (serious.length > 0 || foreign.length > 0)
          throw new Error(
            [`the page of ${path} reported errors or requested other hosts:`, ...serious, ...foreign]
              .concat(await Promise.all(failures))
              .join("\n"),
          );
      });
    },

    /** Fails if the console's server logged anything worse than information. */
    async close() {
      await browser.close();
      await server.stop();
      await breakIt.stop();
      await system.stop();
      const logged = server.log().split("\n");
      const complaints = logged.filter((line) => /"level":"(?:warn|error|fatal)"/.test(line));
      if (complaints.length > 0) throw new Error(["the console logged:", ...complaints].join("\n"));
    },
  };
}

export type RealConsole = Awaited<ReturnType<typeof startRealConsole>>;
