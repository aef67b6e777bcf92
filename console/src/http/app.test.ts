import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { createLogger } from "@rabbit-contract/service";
import { listen } from "@rabbit-contract/service/http";
import { authorizationOf, expectProblem, guardFor } from "@rabbit-contract/service/testing";
import { roles } from "../access.ts";
import { Flow } from "../flow/flow.ts";
import type { Settings } from "../shapes.ts";
import { createConsoleApp } from "./app.ts";

const log = createLogger({ service: "console", level: "fatal" });
const local: Settings = { signIn: { kind: "local" }, breakIt: false };
const openid: Settings = {
  signIn: { kind: "openid", issuer: "https://id.example.com/realm", clientId: "console", scope: "openid" },
  breakIt: false,
};

describe("the console's server", () => {
  const folder = mkdtempSync(join(tmpdir(), "console-"));
  const folders = { page: join(folder, "page"), catalogue: join(folder, "catalogue") };
  /** What the service behind it was asked. */
  const asked: { method: string; url: string; headers: Headers; body: string }[] = [];
  let service: Bun.Server<undefined>;
  let url: string;
  const stops: (() => Promise<void>)[] = [];

  async function start(settings: Settings, environment = {}): Promise<string> {
    const targets = new Map([
      ["order", service.url.origin],
      ["order-admin", service.url.origin],
      // Nothing listens on port 1.
      ["inventory", "http://127.0.0.1:1"],
    ]);
    const guard = guardFor(roles, environment);
    const nobody = "http://user:password@127.0.0.1:1";
    const services = new Map([["order", nobody]]);
    const flow = new Flow({ managementUrl: nobody, virtualHost: "/", services, log });
    const app = createConsoleApp({ settings, folders, targets, flow, guard, log });
    const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
    stops.push(() => server.stop({ within: 100 }));
    return server.url;
  }

  before(async () => {
    for (const part of [join(folders.page, "assets"), join(folders.catalogue, "inner")])
      mkdirSync(part, { recursive: true });
    writeFileSync(join(folder, "secret.txt"), "secret");
    writeFileSync(join(folders.page, "index.html"), "<title>Console</title>");
    writeFileSync(join(folders.page, "assets/page-0a1b.js"), "start()");
    writeFileSync(join(folders.catalogue, "index.html"), "<title>Catalogue</title>");
    writeFileSync(join(folders.catalogue, "inner/index.html"), "<title>Inner</title>");
    service = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        const { method, url, headers } = request;
        asked.push({ method, url, headers, body: await request.text() });
        if (!url.endsWith("/stream"))
          return new Response('{"id":"1"}', {
            status: 202,
            headers: { "content-type": "application/json", location: "/orders/1", "set-cookie": "a=b" },
          });
        const stream = new ReadableStream({
          async start(controller) {
            controller.enqueue(new TextEncoder().encode("data: 1\n\n"));
            await new Promise((resolve) => request.signal.addEventListener("abort", resolve));
            asked.push({ method: "LEFT", url, headers, body: "" });
          },
        });
        return new Response(stream, { headers: { "content-type": "text/event-stream" } });
      },
    });
    url = await start(local);
  });

  after(async () => {
    for (const stop of stops) await stop();
    await service.stop(true);
    rmSync(folder, { recursive: true });
  });

  const last = () => asked.at(-1);
  const operator = () => authorizationOf("operator", "ada");

  it("answers the address of every view with the page, which is never taken from a cache unasked", async () => {
    for (const path of ["/", "/orders", "/orders/0199f3d2?tab=life"]) {
      const response = await fetch(url + path);
      assert.equal(await response.text(), "<title>Console</title>", path);
      assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
      assert.equal(response.headers.get("cache-control"), "no-cache");
    }
    const etag = (await fetch(url)).headers.get("etag") ?? "";
    assert.equal((await fetch(url, { headers: { "if-none-match": etag } })).status, 304);
  });

  it("lets files with a hash in their name be cached for good", async () => {
    const response = await fetch(`${url}/assets/page-0a1b.js`);
    assert.equal(await response.text(), "start()");
    assert.match(response.headers.get("cache-control") ?? "", /immutable/);
    await expectProblem(await fetch(`${url}/assets/page-ffff.js`), 404, "not-found");
  });

  it("serves the catalogue", async () => {
    assert.match(await (await fetch(`${url}/catalogue/`)).text(), /Catalogue/);
    assert.match(await (await fetch(`${url}/catalogue/inner/`)).text(), /Inner/);
    const moved = await fetch(`${url}/catalogue`, { redirect: "manual" });
    assert.equal(moved.headers.get("location"), "/catalogue/");
  });

  it("serves no file outside of its folders", async () => {
    for (const path of [
      "/assets/..%2f..%2fsecret.txt",
      "/assets/%2e%2e/%2e%2e/secret.txt",
      "/catalogue/..%2fsecret.txt",
      "/catalogue/..%5csecret.txt",
      "/catalogue/inner",
      "/assets/%00",
      "/assets/",
    ]) {
      const response = await fetch(url + path);
      assert.doesNotMatch(await response.text(), /secret$/, path);
      assert.ok(response.status === 404 || response.headers.get("content-type")?.includes("html"), path);
    }
  });

  it("keeps the page to its own files and calls", async () => {
    for (const path of [
      "/",
      "/assets/page-0a1b.js",
      "/settings.json",
      "/catalogue/",
      "/assets/none",
      "/api/none/a",
    ]) {
      const { headers } = await fetch(url + path);
      const policy = headers.get("content-security-policy") ?? "";
      assert.match(policy, /default-src 'none'/, path);
      assert.match(policy, /connect-src 'self';/, path);
      assert.match(policy, /frame-ancestors 'none'/, path);
      assert.doesNotMatch(policy, /unsafe|\*|http/, path);
      assert.equal(headers.get("x-content-type-options"), "nosniff");
      assert.equal(headers.get("referrer-policy"), "no-referrer");
    }
  });

  it("lets the page call the issuer alone when people sign in there", async () => {
    const url = await start(openid);
    const response = await fetch(`${url}/settings.json`);
    assert.match(
      response.headers.get("content-security-policy") ?? "",
      /connect-src 'self' https:\/\/id\.example\.com;/,
    );
    assert.deepEqual(await response.json(), openid);
  });

  it("passes a call on as it is, with the caller's token", async () => {
    const response = await fetch(`${url}/api/order/orders?limit=3&customerId=a%2Fb`, {
      method: "POST",
      headers: {
        ...(await operator()),
        "content-type": "application/json",
        "idempotency-key": "k1",
        prefer: "wait=3",
      },
      body: '{ "customerId": "c" }',
    });
    assert.equal(response.status, 202);
    assert.equal(response.headers.get("location"), "/orders/1");
    assert.equal(response.headers.get("set-cookie"), null);
    assert.deepEqual(await response.json(), { id: "1" });
    const { method, url: path, headers, body } = last() ?? assert.fail();
    assert.equal(method, "POST");
    assert.equal(path, `${service.url.origin}/orders?limit=3&customerId=a%2Fb`);
    assert.equal(body, '{ "customerId": "c" }');
    assert.equal(headers.get("authorization"), (await operator()).authorization);
    assert.equal(headers.get("idempotency-key"), "k1");
    assert.equal(headers.get("prefer"), "wait=3");
  });

  it("drops headers that concern one connection, and those that would speak for the caller's address", async () => {
    await fetch(`${url}/api/order/orders`, {
      headers: { ...(await operator()), cookie: "a=b", "x-forwarded-for": "10.0.0.1", te: "trailers" },
    });
    for (const name of ["cookie", "x-forwarded-for", "te"])
      assert.equal(last()?.headers.get(name), null, name);
    assert.equal(last()?.headers.get("accept-encoding"), "identity");
  });

  it("passes events on as they come, and hangs up when the page does", async () => {
    const left = new AbortController();
    const response = await fetch(`${url}/api/order/stream`, {
      headers: await operator(),
      signal: left.signal,
    });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    assert.equal(new TextDecoder().decode(value), "data: 1\n\n");
    left.abort();
    await waitFor(() => last()?.method === "LEFT", { what: "the service's stream to end" });
  });

  it("passes on nothing without a valid token", async () => {
    const before = asked.length;
    await expectProblem(await fetch(`${url}/api/order/orders`), 401, "unauthorized");
    const invalid = { authorization: "Bearer a.b.c" };
    await expectProblem(await fetch(`${url}/api/order/orders`, { headers: invalid }), 401, "unauthorized");
    const unknownRole = await authorizationOf("unknown", "eve");
    await expectProblem(await fetch(`${url}/api/order/orders`, { headers: unknownRole }), 403, "forbidden");
    assert.equal(asked.length, before);
  });

  it("passes on nothing to other addresses, and of an admin port only operators' calls", async () => {
    const before = asked.length;
    const headers = await operator();
    for (const path of [
      "/api/payment/orders",
      "/api/order-admin/metrics",
      "/api/order-admin/health/ready",
      "/api/order-admin/dead-letters/..%2fmetrics",
      "/api/order-admin/dead-lettersx",
      "/api/order/%2e%2e%2f/orders",
    ])
      await expectProblem(await fetch(url + path, { headers }), 404, "not-found");
    assert.equal(asked.length, before);
    await fetch(`${url}/api/order-admin/dead-letters?limit=5`, { headers });
    assert.equal(last()?.url, `${service.url.origin}/dead-letters?limit=5`);
  });

  it("takes no body of more than 1 MiB", async () => {
    const before = asked.length;
    const response = await fetch(`${url}/api/order/orders`, {
      method: "POST",
      headers: { ...(await operator()), "content-type": "application/json" },
      body: "a".repeat(1024 * 1024 + 1),
    });
    await expectProblem(response, 413, "body-too-large");
    assert.equal(asked.length, before);
  });

  it("has no local sign-in and nothing to break unless it runs on this machine", async () => {
    const headers = await operator();
    for (const path of ["/sign-in/local", "/break-it/orders", "/break-it/parts/order/kill"])
      await expectProblem(await fetch(url + path, { method: "POST", headers }), 404, "not-found");
  });

  it("names the service that does not answer, and that a change may have been made", async () => {
    for (const method of ["GET", "POST"]) {
      const response = await fetch(`${url}/api/inventory/products`, { method, headers: await operator() });
      const problem = await expectProblem(response, 503, "service-unreachable");
      assert.equal(problem.service, "inventory");
      assert.match(problem.detail, /inventory/);
      assert.equal(/may or may not have been carried out/.test(problem.detail), method === "POST");
    }
  });

  it("shows broker and services as down when they do not answer", async () => {
    const left = new AbortController();
    const { body } = await fetch(`${url}/flow`, { headers: await operator(), signal: left.signal });
    let text = "";
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      if (text.includes("data: ")) break;
    }
    left.abort();
    const { broker, services, queues, routes } = JSON.parse(/^data: (.*)$/m.exec(text)?.[1] ?? "");
    assert.equal(broker.status, "down");
    assert.match(broker.cause, /cannot reach the management API/);
    assert.doesNotMatch(broker.cause, /password/);
    assert.deepEqual(
      [services[0].status, services[0].causes, services[0].outbox],
      ["down", ["no process responds"], null],
    );
    assert.deepEqual(queues, []);
    assert.ok(routes.every(({ perSecond }: { perSecond: unknown }) => perSecond === null));
  });

  it("limits what one caller sends", async () => {
    const url = await start(local, { RATE_LIMIT: "1" });
    const headers = await operator();
    const call = async () => (await fetch(`${url}/api/order/orders`, { headers })).status;
    // A burst of five seconds' worth is allowed; on a busy machine, a later one is quick enough.
    await waitFor(async () => (await Promise.all(Array.from({ length: 8 }, call))).includes(429), {
      what: "a caller to be limited",
    });
  });
});
