/** The console's page with values, addresses and responses that are hostile or broken. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page, Route } from "playwright-core";
import { patient } from "../catalogue/browser.ts";
import { cannedPages } from "./canned-page.ts";
import { oneLetter } from "./pictures/answers.ts";

const pages = cannedPages();
const json = (body: unknown) => (route: Route) => route.fulfill({ json: body });

/** Markup, a link that is a script, text from right to left that is never ended, and no space to break the line at. */
const markup = `<script>window.hit = 1</script><img src=x onerror="window.hit = 1"><a href="javascript:window.hit=1">x</a>`;
const hostile = `${markup}\u202E=1+1\u0000${"W".repeat(300)}`;

async function isHarmless(page: Page): Promise<void> {
  const { hit, links, width, inner } = await page.evaluate(() => ({
    hit: "hit" in window,
    links: [...document.querySelectorAll("a")].filter(({ protocol }) => protocol === "javascript:").length,
    width: document.documentElement.scrollWidth,
    inner: window.innerWidth,
  }));
  assert.deepEqual({ hit, links }, { hit: false, links: 0 });
  assert.equal(width, inner, "the page is wider than its window");
}

const phone = { viewport: { width: 390, height: 844 } };
const onEachDevice = async (visit: (options: object) => Promise<void>) => {
  await visit({});
  await visit(phone);
};

describe("hostile values", () => {
  it("in a dead letter's headers, type and payload are shown as text", patient, () =>
    onEachDevice((options) =>
      pages.visit(
        `/dead-letters/inventory/inventory.orders/${oneLetter.id}`,
        async ({ page, complaints }) => {
          await page.getByRole("heading", { name: "constructor" }).waitFor();
          await page.getByRole("region", { name: "Payload" }).getByText("<script>").first().waitFor();
          await page.getByRole("region", { name: "Headers" }).getByText("<script>").first().waitFor();
          assert.equal(await page.getByRole("region", { name: "Schema" }).count(), 0);
          await isHarmless(page);
          assert.deepEqual(complaints(), []);
        },
        {
          "/api/inventory-admin/dead-letters/inventory.orders/*": json({
            ...oneLetter,
            type: "constructor",
            failureReason: hostile.repeat(50),
            correlationId: "javascript:alert(1)",
            headers: { [hostile]: hostile },
            content: { encoding: "utf-8", text: JSON.stringify({ [hostile]: hostile }), truncated: false },
          }),
        },
        options,
      ),
    ),
  );

  it("of a megabyte do not keep the page from showing the invalid place", patient, async () => {
    const many = JSON.stringify({ lines: Array(150_000).fill(0), quantity: -1 });
    const contents = {
      "payload of many lines": many,
      "one long text": JSON.stringify("x".repeat(1_000_000)),
      "deep nesting": "[".repeat(500_000) + "]".repeat(500_000),
      "no JSON": "x".repeat(1_000_000),
    };
    for (const [what, text] of Object.entries(contents))
      await pages.visit(
        `/dead-letters/inventory/inventory.orders/${oneLetter.id}`,
        async ({ page, complaints }) => {
          const payload = page.getByRole("region", { name: "Payload" });
          await payload.locator("pre").waitFor();
          if (text === many) await payload.locator("mark", { hasText: "must be at least 0" }).waitFor();
          const shown = (await payload.textContent())?.length ?? 0;
          assert.ok(shown < 150_000, `${what}: ${shown} characters`);
          assert.deepEqual(complaints(), [], what);
        },
        {
          "/api/inventory-admin/dead-letters/inventory.orders/*": json({
            ...oneLetter,
            failureReason: 'payload at "/quantity" must be at least 0, got -1',
            content: { encoding: "utf-8", text, truncated: false },
          }),
        },
      );
  });
});

describe("an address with rubbish in it", () => {
  const paths = [
    "/nowhere",
    "/%E0%A4%A",
    "/orders/%E0%A4%A",
    "/orders/..%2f..%2fsettings.json",
    "/products/%00",
    "/products/%3Cscript%3E",
    "/dead-letters/nowhere",
    "/dead-letters/inventory/a/b/c/d",
    "/dead-letters/inventory/inventory.orders/%E0%A4%A",
    "/?part=%F0%28",
    "/?part=queue%20nowhere",
    "/orders?status=nonsense&placedFrom=yesterday&customerId=%F0",
    "/dead-letters/inventory?reason=nonsense&queue=nowhere",
    "/notifications?audience=x&delivery=%00",
    "/notifications/contacts?x=1#machine=",
  ];
  it("opens a view that works", patient, () =>
    pages.visit("/", async ({ page, complaints }) => {
      for (const path of paths) {
        await page.goto(pages.url + path);
        await page.locator("main :is(h1, h2, [role=alert])").first().waitFor();
        await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name: "Products" }).click();
        await page.getByRole("heading", { name: "Products and stock" }).waitFor();
        assert.deepEqual(complaints(), [], path);
      }
    }),
  );
});
