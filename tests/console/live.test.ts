/** The console's page while what it shows changes. */
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Page, Request, Route } from "playwright-core";
import { button, patient } from "../catalogue/browser.ts";
import { cannedPages } from "./canned-page.ts";
import { flow, now, oneOrder } from "./pictures/answers.ts";

const pages = cannedPages();

const alert = (page: Page) => page.getByRole("alert");

/** Answers with `body`, which a test may replace. */
function answering(body: object) {
  const answer = { body, give: (route: Route): Promise<void> => route.fulfill({ json: answer.body }) };
  return answer;
}

const listOf = (...items: readonly object[]) => ({ items, next: null });

describe("the last five minutes", () => {
  /** A reading in this second after the first one. */
  const reading = (second: number, ready: number) => ({
    ...flow,
    at: new Date(Date.parse(now) + second * 1_000).toISOString(),
    services: flow.services.map((service) => ({
      ...service,
      outbox: { rows: second, oldestSeconds: 1, parked: 0 },
    })),
    queues: flow.queues.map((queue) => ({ ...queue, ready, inHand: 0 })),
    routes: flow.routes.map((route) => ({ ...route, perSecond: second })),
  });
  /** The first connection gets these readings; the others get no answer. */
  function readings(...states: readonly object[]) {
    let calls = 0;
    const body = states.map((state) => `data: ${JSON.stringify(state)}\n\n`).join("");
    return {
      "/flow": (route: Route) =>
        calls++ === 0
          ? route.fulfill({ contentType: "text/event-stream", body })
          : new Promise<void>(() => {}),
    };
  }
  const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
  const details = (page: Page) => page.getByRole("region", { name: "Details of inventory.orders" });
  const curve = async (page: Page) => {
    const path = await details(page).locator(".curve .line").getAttribute("d");
    return (path ?? "")
      .slice(1)
      .split("L")
      .map((point) => Number(point.split(" ")[0]));
  };

  it("are drawn for each part, and what is older is not", patient, () =>
    pages.visit(
      "/?part=queue%20inventory.orders",
      async ({ page, complaints }) => {
        await details(page).getByText("Ready and in hand, last five minutes; highest 399").waitFor();
        assert.equal((await curve(page)).length, 300);
        const drawn = await page
          .locator(".node:not(.consumer)")
          .evaluateAll((nodes) => nodes.map((node) => node.querySelector(".spark .line") !== null));
        assert.ok(drawn.length > 15);
        assert.ok(drawn.every(Boolean));
        assert.deepEqual(complaints(), []);
      },
      readings(...seconds(0, 400).map((second) => reading(second, second < 100 ? 5_000 : second))),
    ),
  );

  it("have a gap as long as the connection was lost", patient, () =>
    pages.visit(
      "/?part=queue%20inventory.orders",
      async ({ page }) => {
        await details(page).getByText("highest 349").waitFor();
        const places = await curve(page);
        // Of the first hundred, fifty are older than five minutes.
        assert.equal(places.length, 150);
        const steps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
        assert.deepEqual(
          steps.flatMap((step, index) => (step > 100 ? [index] : [])),
          [49],
        );
        assert.equal(places.at(-1), 600);
      },
      readings(...[...seconds(0, 100), ...seconds(250, 350)].map((second) => reading(second, second))),
    ),
  );
});

describe("another tab of the browser", () => {
  it("signs in as the same person, with the secret of the first one", patient, () =>
    pages.visit("/orders", async ({ page, complaints }) => {
      // Signed in, so that it does not note another person afterwards.
      await page.getByRole("link", { name: oneOrder.id }).waitFor();
      await page.evaluate(() => sessionStorage.setItem("person", "shipper sam"));
      const tab = await page.context().newPage();
      const signIn = tab.waitForRequest(/\/sign-in\/local$/);
      await tab.goto(page.url());
      const body = { machine: "of-a-test", role: "shipper", subject: "sam" };
      assert.deepEqual((await signIn).postDataJSON(), body);
      await tab.getByRole("link", { name: oneOrder.id }).waitFor();
      assert.deepEqual(complaints(), []);
    }),
  );

  it("signs in later if the first one is too busy to answer", patient, () =>
    pages.visit("/orders", async ({ page }) => {
      await page.addInitScript(() => {
        const { postMessage } = BroadcastChannel.prototype;
        BroadcastChannel.prototype.postMessage = function (message) {
          setTimeout(() => postMessage.call(this, message), 3_000);
        };
      });
      await page.reload();
      await page.getByRole("link", { name: oneOrder.id }).waitFor();
      const tab = await page.context().newPage();
      await tab.goto(page.url());
      await tab.getByRole("link", { name: oneOrder.id }).waitFor();
    }),
  );
});

describe("a tab in the background", () => {
  /** As the browser reports it. */
  const show = (tab: Page, hidden: boolean) =>
    tab.evaluate((hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);

  it("leaves its connections to the others, and is live again once it is shown", patient, () =>
    pages.visit("/notifications", async ({ page, complaints }) => {
      const live = (tab: Page) => tab.getByText("Live", { exact: true }).waitFor();
      await live(page);
      await show(page, true);
      // Each has two streams, and a browser opens six connections to a server.
      for (let i = 0; i < 3; i++) {
        const tab = await page.context().newPage();
        await tab.goto(page.url());
        await tab.getByText("is on its way").waitFor();
        await live(tab);
        await show(tab, true);
      }
      const followed = page.waitForRequest(/\/notifications\/stream/);
      await show(page, false);
      await followed;
      await live(page);
      assert.deepEqual(complaints(), []);
    }),
  );
});

describe("an order", () => {
  it("is followed while it is pending", patient, () => {
    const [placed] = oneOrder.history;
    const order = answering({ ...oneOrder, status: "pending", history: [placed] });
    return pages.visit(
      `/orders/${oneOrder.id}`,
      async ({ page }) => {
        await page.locator(".sequence .mark.waiting", { hasText: "pending" }).waitFor();
        order.body = oneOrder;
        await page.locator(".sequence .mark.good", { hasText: "confirmed" }).waitFor();
        await button(page, "Ship").waitFor();
      },
      { [`/api/order/orders/${oneOrder.id}`]: order.give },
    );
  });
});

describe("changes by others", () => {
  it("are shown in the contacts and in the audit log", patient, async () => {
    const contact = (customerId: string) => ({ customerId, channels: [] });
    const contacts = answering(listOf(contact("c-1")));
    await pages.visit(
      "/notifications/contacts",
      async ({ page }) => {
        await page.getByText("c-1").waitFor();
        contacts.body = listOf(contact("c-1"), contact("c-2"));
        await page.getByText("c-2").waitFor();
      },
      { "/api/notification/contacts?*": contacts.give },
    );
    const action = {
      ...{ id: 1, operator: "bob", action: "delete", queue: "inventory.orders", messageId: oneOrder.id },
      ...{ reason: "invalid", startedAt: now, outcome: "done" },
    };
    const actions = answering(listOf());
    await pages.visit(
      "/dead-letters/inventory/record",
      async ({ page }) => {
        await page.getByText("No actions").waitFor();
        actions.body = listOf(action);
        await page.getByRole("cell", { name: "bob" }).waitFor();
      },
      { "/api/inventory-admin/dead-letters/actions?*": actions.give },
    );
  });

  it("of dead letters are not listed unasked, but the person is told that there are some", patient, () =>
    pages.visit(
      "/dead-letters/inventory",
      async ({ page }) => {
        let listings = 0;
        const isListing = (request: Request) => /\/dead-letters\?/.test(request.url());
        await page.reload();
        await page.getByText("9 dead letters").waitFor();
        page.on("request", (request) => {
          if (isListing(request)) listings++;
        });
        const show = button(page, "The dead letters have changed: show");
        await show.waitFor();
        assert.equal(listings, 0);
        const listed = page.waitForRequest(isListing);
        await show.click();
        await listed;
      },
      {
        "/flow": (route) =>
          route.fulfill({
            contentType: "text/event-stream",
            body: `data: ${JSON.stringify({
              ...flow,
              queues: flow.queues.map((queue) => ({ ...queue, deadLetters: { name: "x", messages: 12 } })),
            })}\n\n`,
          }),
      },
    ),
  );
});

describe("a stream that is refused", () => {
  it("says why, and is not tried again", patient, async () => {
    let calls = 0;
    const errors = [{ parameter: "orderId", detail: "must be a UUID" }];
    await pages.visit(
      "/notifications?orderId=x",
      async ({ page }) => {
        await page.clock.install();
        await page.reload();
        await page.getByText("Not live: orderId must be a UUID").waitFor();
        const before = calls;
        await page.clock.runFor(60_000);
        assert.equal(calls, before);
      },
      {
        "/api/notification/notifications/stream?*": (route) => {
          calls++;
          return route.fulfill({ status: 422, json: { title: "Invalid input", errors } });
        },
      },
    );
  });
});

describe("a part that is started", () => {
  it("is starting, and offers no action, until it answers", patient, () => {
    let state = "starting";
    return pages.visit(
      "/break-it",
      async ({ page }) => {
        const part = page.locator('[data-part="rabbitmq"]');
        await part.getByText("starting", { exact: true }).waitFor();
        assert.equal(await part.getByRole("button").count(), 0);
        state = "running";
        await button(page, "kill rabbitmq").waitFor();
        await part.getByText("running", { exact: true }).waitFor();
      },
      {
        "/break-it/parts": (route) =>
          route.fulfill({ json: { parts: [{ name: "rabbitmq", kind: "broker", state }] } }),
      },
    );
  });
});

describe("a token that is no longer accepted", () => {
  it("leads to sign-in, and back to the same view", patient, () =>
    pages.visit(
      "/orders?status=confirmed",
      async ({ page, complaints }) => {
        await alert(page).getByText("Your sign-in has expired.").waitFor();
        await page.unroute(`${pages.url}/api/order/orders?*`);
        await button(page, "Sign in again").click();
        await page.getByRole("link", { name: oneOrder.id }).waitFor();
        assert.match(page.url(), /\/orders\?status=confirmed$/);
        assert.deepEqual(complaints(), []);
      },
      {
        "/api/order/orders?*": (route) =>
          route.fulfill({ status: 401, json: { title: "Not authenticated" } }),
      },
    ),
  );
});
