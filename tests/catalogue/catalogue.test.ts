import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import { root } from "@orders/stack";
import { buildContract, readContract, Source } from "@rabbit-contract/contract";
import { buildCatalogue, cataloguePages } from "@rabbit-contract/contract/catalogue";
import { eventually } from "@rabbit-contract/messaging/testing";
import type { Page } from "playwright-core";
import { colours, seriousFaults } from "./axe.ts";
import { findChromium, launchBrowser, patient, type TestBrowser, type Visit } from "./browser.ts";

const executable = findChromium();

const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

describe("catalogue", () => {
  const folder = mkdtempSync(join(tmpdir(), "catalogue-test-"));
  let browser: TestBrowser;
  let pages: string[];
  const seen = new Map<string, Seen>();
  const address = (page: string) => pathToFileURL(join(folder, page)).href.replace("%23", "#");

  before(async () => {
    const contract = await readContract(join(root, "asyncapi/asyncapi.yaml"));
    buildCatalogue(contract, folder, {
      pacts: join(root, "generated/pacts"),
      releases: join(root, "asyncapi/releases"),
      stories: join(root, "asyncapi/catalogue/stories.yaml"),
    });
    pages = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
      .sort();
    browser = await launchBrowser(executable);
  });

  after(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  it("has a page for each message, and no other files than pages", () => {
    assert.ok(pages.includes("index.html") && pages.includes("order-life.html"));
    assert.ok(pages.includes("messages/order.created.html"));
    assert.deepEqual(
      pages.filter((page) => !page.endsWith(".html")),
      [],
    );
  });

  it("renders each page without errors, and requests nothing from other hosts", patient, async () => {
    await browser.visit(desktop, async (visit) => {
      for (const name of pages) seen.set(name, await look(visit, address(name)));
    });
    for (const [name, { heading, complaints, requests }] of seen) {
      assert.notEqual(heading, "", name);
      assert.deepEqual({ name, complaints, requests }, { name, complaints: [], requests: [] });
    }
  });

  it("has no broken link and no duplicate id", () => {
    for (const [name, { ids }] of seen) {
      assert.equal(new Set(ids).size, ids.length, `ids of ${name}`);
    }
    const links = [...seen].flatMap(([from, { links }]) => links.map((to) => ({ from, to })));
    const broken = links.filter(({ from, to }) => {
      if (/^(https?|mailto|amqp):/.test(to)) return false;
      const [path = "", id = ""] = to.split("#");
      const target = seen.get(path === "" ? from : relative(folder, resolve(folder, from, "..", path)));
      return !target || (id !== "" && !target.ids.includes(decodeURIComponent(id)));
    });
    assert.deepEqual(broken, []);
    assert.ok(links.length > 200);
  });

  for (const name of ["index.html", "order-life.html", "messages/order.cancelled.html"]) {
    it(
      `has no serious accessibility fault in ${name}, and enough contrast in light and dark colours`,
      patient,
      async () => {
        await browser.visit({ ...desktop, colorScheme: "light" }, async ({ page }) => {
          await page.goto(address(name));
          await unfold(page);
          assert.deepEqual(await seriousFaults(page, { without: colours }), []);
          await keepFirstOfEach(page, panels);
          assert.deepEqual(await seriousFaults(page, { only: colours }), []);
          await page.emulateMedia({ colorScheme: "dark" });
          assert.deepEqual(await seriousFaults(page, { only: colours }), []);
        });
      },
    );

    it(
      `fits a phone, accessibly, in ${name}: only pictures and tables scroll horizontally`,
      patient,
      async () => {
        await browser.visit(phone, async ({ page }) => {
          await page.goto(address(name));
          const width = await page.evaluate(() => document.documentElement.scrollWidth);
          assert.ok(width <= phone.viewport.width, `it is ${width} pixels wide`);
          await unfold(page);
          // Every element was checked above, and axe is slow.
          await keepFirstOfEach(page, panels);
          assert.deepEqual(await seriousFaults(page, { without: colours }), []);
        });
      },
    );
  }

  it("finds messages, queues and fields by part of their name", patient, async () => {
    await browser.visit(desktop, async ({ page }) => {
      await page.goto(address("messages/stock.low.html"));
      await page.keyboard.press("/");
      await page.keyboard.type("order.stock.de");
      const options = page.getByRole("option");
      assert.match((await options.first().textContent()) ?? "", /queue.*order\.stock\.dead/);
      await page.keyboard.press("Enter");
      await page.waitForURL(/index\.html#queue-order\.stock\.dead$/);
      await page.locator('[id="queue-order.stock.dead"]').waitFor();

      await page.getByRole("combobox").fill("shortages requested");
      assert.equal(await options.count(), 2);
      await page.getByRole("combobox").fill("shortages[].requested stock");
      await page.keyboard.press("Enter");
      await page.waitForURL(/stock\.rejected\.html#payload-shortages\.requested$/);
      await page.getByRole("combobox").fill("nothing like this");
      await page.getByText("No results").waitFor();
      await page.keyboard.press("Escape");
      assert.equal(await page.getByRole("listbox").isVisible(), false);
    });
  });

  it("switches its theme on click, on every page from then on", patient, async () => {
    await browser.visit({ ...desktop, colorScheme: "light" }, async ({ page }) => {
      const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      await page.goto(address("index.html"));
      const light = await background();
      await page.getByRole("button", { name: /light and dark/ }).click();
      const dark = await background();
      assert.notEqual(dark, light);
      // Another page is another process, which may start before the browser has written what this one stored.
      await eventually(async () => {
        await page.goto(address("order-life.html"));
        assert.equal(await background(), dark);
      });
    });
  });

  it("opens the target of a deep link, even if it is collapsed", patient, async () => {
    await browser.visit(desktop, async ({ page }) => {
      for (const id of ["queue-order.stock", "queue-order.stock.retry.10s", "exchange-orders"]) {
        await page.goto("about:blank");
        await page.goto(`${address("index.html")}#${id}`);
        await page.locator(`[id="${id}"]`).waitFor({ state: "visible" });
        await page.waitForFunction((target) => {
          const top = document.getElementById(target)?.getBoundingClientRect().top ?? -1;
          return top >= 0 && top < innerHeight;
        }, id);
      }
    });
  });

  it("is complete without JavaScript, pictures and tables included", patient, async () => {
    await browser.visit({ ...desktop, javaScriptEnabled: false }, async ({ page, complaints }) => {
      await page.goto(address("index.html"));
      const picture = page.locator("svg.topology");
      assert.equal(await picture.isVisible(), true);
      for (const text of ["order.created", "inventory.orders", "inventory.redelivery", "dead letters"]) {
        assert.equal(await picture.getByText(text, { exact: true }).first().isVisible(), true, text);
      }
      const queue = page.getByRole("article", { name: "order.stock" });
      await queue
        .getByRole("cell", { name: "x-dead-letter-exchange" })
        .or(queue.getByText("x-dead-letter-exchange"))
        .first()
        .waitFor();
      assert.equal(await page.locator("#search").isVisible(), false);
      await page.goto(address("order-life.html"));
      assert.equal(await page.locator("svg.sequence").count(), 5);
      assert.deepEqual(complaints, []);
    });
  });

  it("shows the texts of a contract as text, and never executes them", patient, async () => {
    const evil = `<script>document.title = "run"</script><img src=x onerror="document.title='run'">`;
    const yaml = readFileSync(join(root, "asyncapi/asyncapi.yaml"), "utf8")
      .replace(
        "A product's available stock fell to its threshold.\n      correlationId",
        `${JSON.stringify(evil)}\n      correlationId`,
      )
      .replace("name: Light bulb E27", `name: ${JSON.stringify(evil)}`);
    const contract = buildContract(new Source("evil.yaml", yaml));
    const written = cataloguePages(contract, { pacts: "none", releases: "none", stories: "none" });
    const file = join(folder, "evil.html");
    await browser.visit(desktop, async ({ page, complaints }) => {
      for (const name of ["index.html", "messages/stock.low.html", "messages/order.created.html"]) {
        writeFileSync(file, String(written.get(name)));
        await page.goto(address("evil.html"));
        const text = (await page.locator("main").textContent()) ?? "";
        const shown = [evil, JSON.stringify(evil).slice(1, -1)];
        assert.ok(
          shown.some((form) => text.includes(form)),
          `${name} shows it as text`,
        );
        await page.locator("#search").fill("script");
        assert.notEqual(await page.title(), "run");
        assert.deepEqual(complaints, []);
      }
    });
    rmSync(file);
  });
});

/** Findings about an open page. */
interface Seen {
  readonly heading: string;
  readonly ids: readonly string[];
  /** Including those of the search. */
  readonly links: readonly string[];
  readonly complaints: readonly string[];
  readonly requests: readonly string[];
}

async function look({ page, complaints, requests }: Visit, url: string): Promise<Seen> {
  await page.goto(url);
  const found = await page.evaluate(() => {
    const search: { root: string; entries: { to: string }[] } = JSON.parse(
      document.getElementById("search-index")?.textContent ?? '{"root":"","entries":[]}',
    );
    const links = [...document.querySelectorAll("a[href]")].map((link) => link.getAttribute("href") ?? "");
    return {
      heading: document.querySelector("h1")?.textContent?.trim() ?? "",
      ids: [...document.querySelectorAll("[id]")].map((element) => element.id),
      links: [...links, ...search.entries.map(({ to }) => search.root + to)],
    };
  });
  return { ...found, complaints: complaints.splice(0), requests: requests.splice(0) };
}

/** Elements of one selector look alike, and checking contrast is the slowest part. */
const panels = ["service", "exchange", "queue"].flatMap((kind) =>
  ["plain", "hue-0", "hue-1"].map((hue) => `article.${hue}[aria-labelledby^="${kind}"]`),
);

/** Removes all but the first element of each selector. */
async function keepFirstOfEach(page: Page, selectors: readonly string[]): Promise<void> {
  await page.evaluate((all) => {
    for (const selector of all) {
      for (const element of [...document.querySelectorAll(selector)].slice(1)) element.remove();
    }
  }, selectors);
}

/** Opens one of each kind, since collapsed content is not checked and most of it is repetitive. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate(() => {
    for (const kind of ["retry", "dead", "part"]) {
      const details = document.querySelector(`details.${kind}`);
      if (details instanceof HTMLDetailsElement) details.open = true;
    }
  });
}
