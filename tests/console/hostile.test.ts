/** The console's page with values, addresses and responses that are hostile or broken. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page, Route } from "playwright-core";
import { button, patient } from "../catalogue/browser.ts";
import { cannedPages } from "./canned-page.ts";
import { notifications, now, oneLetter, oneOrder, orders, products } from "./pictures/answers.ts";

const pages = cannedPages();
const json = (body: unknown) => (route: Route) => route.fulfill({ json: body });
const alert = (page: Page) => page.getByRole("alert");

/** Markup, a link that is a script, text from right to left that is never ended, and no space to break the line at. */
const markup = `<script>window.hit = 1</script><img src=x onerror="window.hit = 1"><a href="javascript:window.hit=1">x</a>`;
const hostile = `${markup}\u202E=1+1\u0000${"W".repeat(300)}`;

/** The sizes of a desktop's window, in which each page opens, and of a phone. */
const windows = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

async function isHarmless(page: Page): Promise<void> {
  for (const size of windows) {
    await page.setViewportSize(size);
    const { hit, links, width, inner } = await page.evaluate(() => ({
      hit: "hit" in window,
      links: [...document.querySelectorAll("a")].filter(({ protocol }) => protocol === "javascript:").length,
      width: document.documentElement.scrollWidth,
      inner: window.innerWidth,
    }));
    assert.deepEqual({ hit, links, inner }, { hit: false, links: 0, inner: size.width });
    assert.equal(width, inner, "the page is wider than its window");
  }
}

describe("hostile values", () => {
  it("in products and orders are shown as text, and widen no page", patient, async () => {
    const product = { ...products[0], name: hostile, description: hostile, category: hostile };
    const order = {
      ...oneOrder,
      customerId: "c".repeat(64),
      lines: oneOrder.lines.map((line) => ({ ...line, name: hostile })),
    };
    const replaced = {
      "/api/inventory/products?*": json({ items: [product], next: null }),
      "/api/inventory/products/LAMP-01": json(product),
      "/api/order/orders?*": json({ items: [order], next: null }),
      [`/api/order/orders/${order.id}`]: json(order),
    };
    for (const path of ["/products", "/products/LAMP-01", `/orders/${order.id}`])
      await pages.visit(
        path,
        async ({ page, complaints }) => {
          await page.getByText("<script>").first().waitFor();
          await isHarmless(page);
          assert.deepEqual(complaints(), []);
        },
        replaced,
      );
  });

  it("in a dead letter's headers, type and payload are shown as text", patient, () =>
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
    ),
  );

  it(
    "in notifications and contacts are shown as text, and widen neither page nor dialog",
    patient,
    async () => {
      const deliveries = [{ channel: "email", status: "failed", at: now, error: hostile.repeat(20) }];
      const customerId = "c".repeat(64);
      const texts = { subject: hostile, body: hostile.repeat(1_000) };
      const notification = { ...notifications[0], customerId, ...texts, deliveries };
      const email = `${"e".repeat(240)}@example.com`;
      const contact = { customerId, name: hostile, email, channels: ["email"] };
      const openers = {
        "/notifications": (page: Page) => page.getByRole("button", { name: "<script>" }),
        "/notifications/contacts": (page: Page) => button(page, `Change the contact of ${customerId}`),
      };
      for (const [path, opener] of Object.entries(openers))
        await pages.visit(
          path,
          async ({ page, complaints }) => {
            await opener(page).click();
            await isHarmless(page);
            const [inner, outer] = await page
              .getByRole("dialog")
              .evaluate(({ scrollWidth, clientWidth }) => [scrollWidth, clientWidth]);
            assert.equal(inner, outer, "the dialog has content that is wider");
            assert.deepEqual(complaints(), []);
          },
          {
            "/api/notification/notifications?*": json({ items: [notification], next: null }),
            "/api/notification/contacts?*": json({ items: [contact], next: null }),
          },
        );
    },
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

describe("a broken response", () => {
  const list = "/api/order/orders?*";
  const broken = {
    "a proxy’s page": [
      "Unexpected response",
      (route: Route) => route.fulfill({ contentType: "text/html", body: "<h1>Hi" }),
    ],
    "half of a document": [
      "Unexpected response",
      (route: Route) => route.fulfill({ contentType: "application/json", body: '{"items": [' }),
    ],
    nothing: [
      "Unexpected response",
      (route: Route) => route.fulfill({ contentType: "application/json", body: "null" }),
    ],
    "a proxy’s error": [
      "status 502",
      (route: Route) => route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway" }),
    ],
    "no connection": ["does not respond", (route: Route) => route.abort()],
  } as const;
  it("is reported, and the list is loaded once it is over", patient, () =>
    pages.visit("/products", async ({ page, complaints }) => {
      for (const [what, [title, answer]] of Object.entries(broken)) {
        await page.route(pages.url + list, answer);
        await page.goto(`${pages.url}/orders`);
        await alert(page).getByText(title).waitFor();
        await page.unroute(pages.url + list);
        await button(page, "Try again").click();
        await page.getByRole("link", { name: oneOrder.id }).waitFor();
        assert.deepEqual(complaints(), [], what);
      }
    }),
  );

  it("is told apart from one that takes long", patient, () =>
    pages.visit(
      "/orders",
      async ({ page }) => {
        await page.getByText("The service has not responded yet.").waitFor();
      },
      { [list]: () => new Promise(() => {}) },
    ),
  );

  it("with values that cannot be drawn costs one view, not the page", patient, () =>
    pages.visit(
      "/orders",
      async ({ page }) => {
        await alert(page).getByText("Something went wrong").waitFor();
        await page.getByRole("link", { name: "Products" }).click();
        await page.getByRole("link", { name: "LAMP-01" }).waitFor();
      },
      { [list]: json({ items: [{ ...orders[0], createdAt: "yesterday" }], next: null }) },
    ),
  );

  it("to invalid filters names each of them", patient, () =>
    pages.visit(
      "/orders?customerId=x",
      async ({ page }) => {
        await alert(page).getByText("customerId must match").waitFor();
        assert.equal(await button(page, "Try again").count(), 0);
      },
      {
        [list]: (route) =>
          route.fulfill({
            status: 422,
            json: {
              title: "The request is invalid",
              errors: [{ parameter: "customerId", detail: "must match" }],
            },
          }),
      },
    ),
  );
});

describe("a CSV file", () => {
  it("that is too large, or in another encoding, is refused with the reason", patient, () =>
    pages.visit("/products/-/import", async ({ page }) => {
      const choose = (buffer: Buffer) =>
        page.locator("input[type=file]").setInputFiles({ name: "a.csv", mimeType: "text/csv", buffer });
      await choose(Buffer.alloc(5_000_001, "a"));
      await page.getByText("larger than 5 MB").waitFor();
      await choose(Buffer.from("sku,name,price,currency\nA,B\xE4r,1,EUR", "latin1"));
      await page.getByText("not in UTF-8").waitFor();
    }),
  );
});
