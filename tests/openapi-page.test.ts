/** The page at `/openapi` of a real service, in a real browser, under its content security policy. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { startService, type TestService } from "@orders/stack/testing/service";
import { eventually } from "@rabbit-contract/messaging/testing";
import { findChromium, launchBrowser, patient, type TestBrowser } from "./catalogue/browser.ts";

const executable = findChromium();

describe("the page of the OpenAPI document", () => {
  let browser: TestBrowser;
  let service: TestService;

  before(async () => {
    browser = await launchBrowser(executable);
    // The service serves its pages without a broker or a database.
    service = await startService(
      "order",
      { ORDER_AMQP_URL: "amqp://127.0.0.1:1", ORDER_DATABASE_URL: "postgres://127.0.0.1:1/none" },
      { ready: false },
    );
  });
  after(async () => {
    await browser.close();
    await service.stop();
  });

  for (const port of ["public", "admin"] as const) {
    it(`shows every call of the ${port} port, and lets one be tried`, patient, async () => {
      const base = port === "public" ? service.url : service.adminUrl;
      const document = await eventually(async () => (await fetch(`${base}/openapi/json`)).json(), patient);
      const calls = Object.values<object>(document.paths).flatMap((methods) => Object.keys(methods));
      await browser.visit({}, async ({ page, complaints, requests }) => {
        // The browser asks for an icon, which this page does not have.
        await page.route(`${base}/favicon.ico`, (route) => route.fulfill({ status: 204 }));
        await page.goto(`${base}/openapi`);
        const shown = page.locator(".opblock");
        await eventually(async () => assert.equal(await shown.count(), calls.length));
        assert.deepEqual([...complaints], []);

        const call = shown.filter({
          hasText: port === "public" ? "List orders" : "whether the process runs",
        });
        await call.getByRole("button").first().click();
        await call.getByRole("button", { name: "Try it out" }).click();
        await call.getByRole("button", { name: "Execute" }).click();
        const status = port === "public" ? /^401/ : /^200/;
        await call
          .locator(".live-responses-table .response-col_status")
          .filter({ hasText: status })
          .waitFor();
        for (const request of requests) assert.ok(request.startsWith(`${base}/`), request);
        // The browser itself reports the refusal of the call, which has no token.
        assert.deepEqual(
          complaints.filter((complaint) => !complaint.includes("status of 401")),
          [],
        );
      });
    });
  }
});
