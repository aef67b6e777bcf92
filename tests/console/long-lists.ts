/**
 * Lists of 10,000 orders and 1,000 dead letters: how many rows they render, how long they block the page, and how they
 * follow changes.
 */

import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bodyOf } from "@orders/stack/rest";
import { changedUrl, eventually } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import type { Page } from "playwright-core";
import { button, clickUntil, patient } from "../catalogue/browser.ts";
import { longestTask } from "../catalogue/tasks.ts";
import type { RealConsole } from "./real-console.ts";

/** Besides the visible rows, a few are rendered beyond each edge; more would be wasted. */
const most = 70;
const rowCount = (page: Page) => page.locator("table.list").getAttribute("aria-rowcount");

/** Scrolls until row `wanted` is loaded, one page after the other. */
async function readTo(page: Page, wanted: number): Promise<void> {
  await eventually(
    async () => {
      const { drawn, read } = await page.evaluate(() => {
        window.scrollTo(0, document.body.scrollHeight);
        const rows = [...document.querySelectorAll("table.list tbody tr:not(.gap)")];
        return { drawn: rows.length, read: Number(rows.at(-1)?.getAttribute("aria-rowindex")) - 1 };
      });
      assert.ok(drawn <= most, `${drawn} rows are drawn`);
      assert.ok(read >= wanted, `${read} of ${wanted} rows are read`);
    },
    { timeout: 500_000 },
  );
}

/** At the speed of a mouse wheel: each step shows new rows. */
async function scrollBy(page: Page, pixels: number): Promise<void> {
  await page.mouse.move(400, 400);
  for (let i = 0; i < 25; i++) {
    await page.mouse.wheel(0, pixels);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

/** The row in the middle of the window: the text of its first cell, and its position. */
function middleRow(page: Page): Promise<{ readonly text: string; readonly top: number }> {
  return page.evaluate(() => {
    const row = document.elementFromPoint(300, innerHeight / 2)?.closest("table.list tbody tr:not(.gap)");
    return {
      text: row?.querySelector("td")?.textContent ?? "",
      top: Math.round(row?.getBoundingClientRect().top ?? 0),
    };
  });
}

/** The most that a task of the page may take: about 100 ms of CPU time on a machine of 2026. */
function knownWork(page: Page): Promise<number> {
  return page.evaluate(() => {
    let sum = 0;
    for (let i = 0; i < 18_000_000; i++) sum = (sum * 31 + i) | 0;
    return sum;
  });
}

/**
 * Runs each of `steps`, and fails if a task of the page takes more CPU time than the known work does in the same page.
 * This relative limit also works on slow and busy machines.
 */
async function staysSmooth(page: Page, steps: Readonly<Record<string, () => Promise<unknown>>>) {
  // The first call compiles it.
  await knownWork(page);
  let known = (await longestTask(page, () => knownWork(page))).cpu;
  for (const [step, act] of Object.entries(steps)) {
    const { cpu, wall } = await longestTask(page, act);
    const after = (await longestTask(page, () => knownWork(page))).cpu;
    const seen = `${step}: longest task ${Math.round(cpu)} ms of CPU time (${Math.round(wall)} ms of wall time)`;
    const limit = Math.max(known, after);
    globalThis.console.log(`${seen}; known work ${Math.round(limit)} ms`);
    assert.ok(cpu < limit, `${seen}, more than the ${Math.round(limit)} ms of the known work`);
    known = after;
  }
}

export function longLists(console: () => RealConsole): void {
  describe("a list of 10,000 orders", () => {
    it("stays smooth, keeps the scroll position, and is reloaded after a change", patient, async () => {
      const { system, client } = console();
      await system.query(
        "order",
        `insert into orders (id, customer_id, status, lines, total_amount, currency, deadline, created_at, updated_at, history)
         select ('019a4f2e-7b10-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'c-many', 'confirmed',
           '[{"sku": "LAMP", "name": "Lamp", "quantity": 1, "unitPrice": {"amount": 1250, "currency": "EUR"}}]',
           1250, 'EUR', now(), now(), now(),
           '[{"status": "pending", "at": "2026-03-14T09:26:53.589Z", "cause": "placed"}]'
         from generate_series(1, 10000) as n`,
        "owner of the tables",
      );
      await console().visit("/orders?customerId=c-many", async ({ page, requests }) => {
        const orderList = /\/api\/order\/orders\?/;
        const calls = () => requests.filter((address) => orderList.test(address));
        const place = () => client.place("c-many", [{ sku: "LAMP", quantity: 1 }]);
        const listed = page.locator("table.list tbody tr");
        // Inventory has no reservations for these orders, since they were never placed.
        const at = "2026-03-14T09:26:53.700Z";
        const reservation = { orderId: "", status: "released", lines: [], createdAt: at, updatedAt: at };
        await page.route(/\/reservations\//, (route) => route.fulfill({ json: reservation }));
        await listed.first().waitFor();
        await staysSmooth(page, {
          "open it": async () => {
            await page.reload();
            await listed.first().waitFor();
          },
          "an order is placed while one reads further down": async () => {
            await page.evaluate(() => scrollTo(0, 900));
            await eventually(async () => assert.ok((await middleRow(page)).top > 0));
            const before = await middleRow(page);
            const { id } = await place();
            const asked = calls().length;
            // The second call is made once the result of the first is rendered.
            await eventually(async () => assert.ok(calls().length > asked + 1), { timeout: 60_000 });
            assert.deepEqual(await middleRow(page), before);
            await page.evaluate(() => scrollTo(0, 0));
            await page.getByRole("link", { name: id }).waitFor();
          },
        });
        // Further down, others' changes are shown where they are, and what is new is announced.
        await readTo(page, 250);
        await page.evaluate(() => scrollTo(0, 44 * 220));
        await listed.nth(20).waitFor();
        const reading = await eventually(async () => {
          const row = await middleRow(page);
          assert.ok(row.top > 0);
          return row;
        });
        const latest = await place();
        const { order } = await client.as();
        await bodyOf(order.orders({ orderId: reading.text }).cancel.post());
        await listed.filter({ hasText: reading.text }).getByText("cancelled").waitFor();
        await button(page, "1 change: show").waitFor();
        assert.deepEqual(await middleRow(page), reading);
        await button(page, "1 change: show").click();
        await page.getByRole("link", { name: latest.id }).waitFor();
        assert.equal(await page.getByRole("button", { name: /change.*: show/ }).count(), 0);

        // The longer the list, the more expensive another page is.
        await readTo(page, 9_601);
        await staysSmooth(page, {
          "scroll to its end": () => readTo(page, 10_002),
          "scroll up": () => scrollBy(page, -1_500),
        });
        assert.equal(await rowCount(page), "10003");
        assert.ok(calls().every((address) => address.includes("limit=100")));

        // Far down the list, only the first page and those in sight are reloaded unasked, however old the list is.
        const read = calls().length;
        await page.clock.setFixedTime(Date.now() + 60_000);
        await page.evaluate(() => dispatchEvent(new Event("visibilitychange")));
        await place();
        const { text: id } = await middleRow(page);
        // A reading is under way when the person leaves the list, and ends after the change that they make.
        const ends = Promise.withResolvers<void>();
        const held: Promise<void>[] = [];
        await page.route(orderList, (route) => {
          const passed = ends.promise.then(async () => route.fulfill({ response: await route.fetch() }));
          held.push(passed);
          return passed;
        });
        await page.waitForRequest(orderList);
        await page.getByRole("link", { name: id }).click();
        await button(page, "Cancel the order").click();
        const again = new Set(calls().slice(read));
        assert.ok(again.size <= 3, [...again].join("\n"));
        await staysSmooth(page, {
          "cancel an order": async () => {
            await page.getByRole("dialog").getByRole("button", { name: "Cancel the order" }).click();
            await page.locator(".view-head .badge", { hasText: "cancelled" }).waitFor();
          },
          "return to the list": async () => {
            ends.resolve();
            await Promise.all(held);
            await page.unroute(orderList);
            await page.goBack();
            await eventually(async () => assert.equal(await rowCount(page), "10004"), { timeout: 120_000 });
          },
        });
        // In spite of the new order at the top.
        assert.equal((await middleRow(page)).text, id);
        await listed.filter({ hasText: id }).getByText("cancelled").waitFor();
        await page.getByLabel("Status").selectOption("rejected");
        await page.getByText("No orders").waitFor();
      });
    });
  });

  describe("a list of 1,000 dead letters", () => {
    it("stays smooth, and all of it is deleted at once", patient, async () => {
      const { host, place } = console().system;
      const connection = await connect(changedUrl(place.admin.AMQP_URL, { path: host.name }));
      const channel = await connection.createConfirmChannel();
      const headers = { "schema-version": 1 };
      for (let index = 0; index < 1_000; index++)
        channel.publish("orders", "order.created", Buffer.from("{}"), {
          ...{ type: "order.created", contentType: "application/json", appId: "order", headers },
          ...{ messageId: `m-${index}`, persistent: true },
        });
      await channel.waitForConfirms();
      await connection.close();
      const dead = (count: number) =>
        eventually(async () => assert.equal(await host.queueDepth("inventory.orders.dead"), count), {
          timeout: 300_000,
        });
      await dead(1_000);
      await console().visit("/dead-letters/inventory", async ({ page }) => {
        page.setDefaultTimeout(300_000);
        const all = page.getByText("1,000 dead letters: inventory.orders 1,000, inventory.outbox 0");
        await all.waitFor();
        await staysSmooth(page, {
          "open it": async () => {
            await page.reload();
            await all.waitFor();
          },
        });
        await staysSmooth(page, {
          "scroll to its end": () => readTo(page, 1_000),
          "scroll up": () => scrollBy(page, -1_500),
        });
        assert.equal(await rowCount(page), "1001");
        await page.evaluate(() => scrollTo(0, 0));
        await staysSmooth(page, {
          "look at all of them in a dry run": async () => {
            await button(page, "Delete all").click();
            await button(page, "Delete 1,000 messages").waitFor();
          },
          "delete all of them": async () => {
            await clickUntil(page, "Delete 1,000 messages", "1,000 messages deleted.");
            await page.getByText("No dead letters").waitFor();
          },
        });
      });
      await dead(0);
    });
  });
}
