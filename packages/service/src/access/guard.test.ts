import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import { createAdminApp } from "../http/admin.ts";
import { listen } from "../http/app.ts";
import type { Server } from "../runtime/runtime.ts";
import { testIssuer } from "../testing/guard.ts";
import { expectProblem, memoryLog } from "../testing/http.ts";
import { authorization, guardWith, may } from "../testing/sample-app.ts";
import { makeToken } from "../testing/tokens.ts";

const servers: Server[] = [];
after(() => Promise.all(servers.map((server) => server.stop({ within: 100 }))));

/** Serves `/mine` to members, `/all` to operators, and `/slow`, which answers when released. */
async function serveWith(environment: Record<string, string>) {
  const { log } = memoryLog();
  const waiting: (() => void)[] = [];
  const app = createAdminApp({ service: "guarded", log, guard: guardWith(environment), checks: {} })
    .get(
      "/mine",
      ({ caller }) => new Response(caller.subject, { headers: { "x-sees": caller.role?.sees ?? "" } }),
      {
        access: may.read,
        detail: { summary: "See" },
      },
    )
    .get("/all", ({ caller }) => new Response(caller.subject), {
      access: may.close,
      detail: { summary: "See all" },
    })
    .get("/slow", () => new Promise<Response>((resolve) => waiting.push(() => resolve(new Response()))), {
      access: may.read,
      detail: { summary: "Wait" },
    });
  const server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
  servers.push(server);
  const get = async (path: string, owner?: string, headers: Record<string, string> = {}) =>
    fetch(server.url + path, { headers: { ...(await authorization(owner)), ...headers } });
  const asStranger = (headers: Record<string, string> = {}) => fetch(`${server.url}/mine`, { headers });
  return { get, asStranger, waiting };
}

/** Repeats a request until it is refused: on a slow machine, the rate of one a second allows some more. */
const untilRefused = (ask: () => Promise<Response>) =>
  eventually(async () => {
    const response = await ask();
    assert.equal(response.status, 429);
    return response;
  });

describe("a caller", () => {
  it("is let in with a right of its role, and passed to the handler", async () => {
    const { get } = await serveWith({});
    assert.equal(await (await get("/mine", "ada")).text(), "ada");
    assert.equal(await (await get("/mine")).text(), "test-operator");
    assert.equal(await (await get("/all")).text(), "test-operator");
    const refused = await get("/all", "ada");
    assert.match(
      refused.headers.get("www-authenticate") ?? "",
      /error="insufficient_scope", scope="baskets:close"/,
    );
    const { detail } = await expectProblem(refused, 403, "forbidden");
    assert.match(detail, /needs the right "baskets:close"/);
  });

  for (const [roles, status, sees] of [
    [[], 403, undefined],
    [["unknown"], 403, undefined],
    [["member"], 200, "own"],
    [["reader"], 200, "all"],
    [["member", "reader"], 200, "all"],
  ] as const) {
    it(`with the roles ${JSON.stringify(roles)} gets ${status}, and sees ${sees ?? "nothing"}`, async () => {
      const { asStranger } = await serveWith({});
      const token = await makeToken(testIssuer, { roles, subject: "ada" });
      const response = await asStranger({ authorization: `Bearer ${token}` });
      assert.equal(response.status, status);
      assert.equal(response.headers.get("x-sees") ?? undefined, sees);
    });
  }

  it("who sends too many requests gets 429 with Retry-After, while others do not", async () => {
    const { get } = await serveWith({ RATE_LIMIT: "1" });
    for (let count = 0; count < 5; count++) assert.equal((await get("/mine", "ada")).status, 200);
    const refused = await untilRefused(() => get("/mine", "ada"));
    assert.ok(Number(refused.headers.get("retry-after")) >= 1);
    await expectProblem(refused, 429, "too-many-requests");
    assert.equal((await get("/mine", "bob")).status, 200);
  });

  it("may have a limited number of concurrent requests, and another once one has ended", async () => {
    const { get, waiting } = await serveWith({ CONCURRENCY_LIMIT: "2" });
    const slow = [get("/slow", "ada"), get("/slow", "ada")];
    await eventually(() => assert.equal(waiting.length, 2));
    const refused = await get("/mine", "ada");
    assert.equal(refused.headers.get("retry-after"), "1");
    await expectProblem(refused, 429, "too-many-requests");
    assert.equal((await get("/mine", "bob")).status, 200);
    for (const end of waiting) end();
    for (const response of await Promise.all(slow)) assert.equal(response.status, 200);
    assert.equal((await get("/mine", "ada")).status, 200);
  });
});

describe("all callers together", () => {
  it("may have a limited number of concurrent requests: beyond that, 503", async () => {
    const { get, waiting } = await serveWith({ REQUEST_LIMIT: "2" });
    const slow = [get("/slow", "ada"), get("/slow", "bob")];
    await eventually(() => assert.equal(waiting.length, 2));
    assert.equal((await get("/health/live", "cleo")).status, 200);
    const refused = await get("/mine", "cleo");
    assert.equal(refused.headers.get("retry-after"), "1");
    await expectProblem(refused, 503, "unavailable");
    for (const end of waiting) end();
    await Promise.all(slow);
    assert.equal((await get("/mine", "cleo")).status, 200);
  });
});

describe("an address", () => {
  it("is limited together with the others of its IPv6 network", async () => {
    const { asStranger } = await serveWith({ REFUSAL_LIMIT: "1", FORWARDING_HOPS: "1" });
    const from = (address: string) => asStranger({ "x-forwarded-for": address });
    for (let host = 1; host <= 5; host++) assert.equal((await from(`2001:db8:1:2::${host}`)).status, 401);
    await untilRefused(() => from("2001:db8:1:2:ffff::6"));
    assert.equal((await from("2001:db8:1:3::1")).status, 401);
  });

  const wrong = { authorization: "Bearer wrong" };

  it("that sends too many invalid tokens gets no more of them checked; known tokens are let in", async () => {
    const { get, asStranger } = await serveWith({ REFUSAL_LIMIT: "1" });
    assert.equal((await get("/mine", "ada")).status, 200);
    for (const headers of [{}, wrong, {}, wrong, wrong])
      assert.equal((await asStranger(headers)).status, 401);
    for (const headers of [{}, wrong])
      await expectProblem(await untilRefused(() => asStranger(headers)), 429, "too-many-requests");
    await untilRefused(async () => {
      await untilRefused(() => asStranger(wrong));
      // Of another caller each time: one that is checked is known from then on.
      const fresh = await makeToken(testIssuer, { roles: ["member"], subject: crypto.randomUUID() });
      return asStranger({ authorization: `Bearer ${fresh}` });
    });
    assert.equal((await get("/mine", "ada")).status, 200);
  });

  it("that sends invalid tokens with sampled traces is counted once per request, on any path", async () => {
    const sampled = { ...wrong, traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01" };
    const known = await serveWith({ REFUSAL_LIMIT: "1" });
    for (let count = 0; count < 5; count++) assert.equal((await known.asStranger(sampled)).status, 401);
    await untilRefused(() => known.asStranger(sampled));
    const unknown = await serveWith({ REFUSAL_LIMIT: "1" });
    for (let count = 0; count < 5; count++)
      assert.equal((await unknown.get("/nothing", undefined, sampled)).status, 404);
    await untilRefused(() => unknown.asStranger(wrong));
  });

  it("is the one reported by our own proxies", async () => {
    const { asStranger } = await serveWith({ REFUSAL_LIMIT: "1", FORWARDING_HOPS: "2" });
    const from = (forwarded: string) => asStranger({ "x-forwarded-for": forwarded });
    for (let count = 0; count < 5; count++)
      assert.equal((await from(`${count}, 192.0.2.1, 10.0.0.1`)).status, 401);
    await untilRefused(() => from("6, 192.0.2.1, 10.0.0.1"));
    assert.equal((await from("192.0.2.2, 10.0.0.1")).status, 401);
  });
});
