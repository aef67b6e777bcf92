import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Server } from "../runtime/runtime.ts";

import { exchange, memoryLog } from "../testing/http.ts";
import { sampleGuard } from "../testing/sample-app.ts";
import { createAdminApp } from "./admin.ts";
import { listen } from "./app.ts";

const { log, lines } = memoryLog();
const state = { database: "up", broker: "up" };
let server: Server;

const asked = { database: 0, broker: 0 };

async function answer(name: keyof typeof state): Promise<void> {
  asked[name]++;
  if (state[name] === "hangs") await new Promise(() => {});
  if (state[name] === "down") throw new Error(`no ${name}`);
  if (state[name] === "secret") throw new Error("cannot reach amqp://app:secret@broker for ada@example.com");
}

async function serveHealth(): Promise<Server> {
  const checks = {
    database: { run: () => answer("database"), required: true },
    broker: { run: () => answer("broker"), required: false },
  };
  const app = createAdminApp({ service: "sample", log, guard: sampleGuard, checks });
  return listen(app, { port: 0, hostname: "127.0.0.1", log });
}

before(async () => {
  server = await serveHealth();
});
after(() => server.stop());

/** The answer to a request that comes when the last answer is too old to be reused. */
async function ready() {
  await new Promise((resolve) => setTimeout(resolve, 1_010));
  return answered();
}

async function answered({ url } = server) {
  const response = await fetch(`${url}/health/ready`);
  const { status, checks } = await response.json();
  const causes = Object.entries<{ status: string; cause?: string }>(checks).map(
    ([name, check]) => `${name} ${check.status}${check.cause === undefined ? "" : `: ${check.cause}`}`,
  );
  return { status: response.status, ready: status, causes };
}

describe("health", () => {
  it("is live whatever is down", async () => {
    Object.assign(state, { database: "down", broker: "down" });
    const response = await fetch(`${server.url}/health/live`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { status: "live" });
  });

  for (const [database, broker, status, ready_, causes] of [
    ["up", "up", 200, "ready", ["database up", "broker up"]],
    ["up", "down", 200, "degraded", ["database up", "broker down: no broker"]],
    ["up", "hangs", 200, "degraded", ["database up", "broker down: no answer within 2000 ms"]],
    ["down", "up", 503, "unavailable", ["database down: no database", "broker up"]],
    [
      "hangs",
      "down",
      503,
      "unavailable",
      ["database down: no answer within 2000 ms", "broker down: no broker"],
    ],
  ] as const) {
    it(`is ${ready_}, and says why, with the database ${database} and the broker ${broker}`, async () => {
      Object.assign(state, { database, broker });
      const fresh = await serveHealth();
      assert.deepEqual(await answered(fresh), { status, ready: ready_, causes: [...causes] });
      await fresh.stop();
    });
  }

  it("asks each dependency once a second, however many requests come, concurrently or one after the other", async () => {
    Object.assign(state, { database: "up", broker: "up" });
    const before = asked.database;
    const started = performance.now();
    await Promise.all(Array.from({ length: 100 }, () => answered()));
    for (let count = 0; count < 20; count++) await answered();
    // A slow machine takes more than a second for them.
    const seconds = (performance.now() - started) / 1000;
    assert.ok(asked.database - before <= 1 + seconds, `${asked.database - before} times in ${seconds} s`);
  });

  it("does not ask a dependency again before its last answer is known", async () => {
    let running = 0;
    let most = 0;
    const run = async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      running--;
    };
    const checks = { slow: { run, required: true } };
    const app = createAdminApp({ service: "sample", log, guard: sampleGuard, checks });
    const slow = await listen(app, { port: 0, hostname: "127.0.0.1", log });
    const first = answered(slow);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    await Promise.all([first, answered(slow)]);
    assert.equal(most, 1);
    await slow.stop();
  });

  it("says since when, and shows no credentials", async () => {
    Object.assign(state, { database: "up", broker: "secret" });
    await ready();
    const check = async () => (await (await fetch(`${server.url}/health/ready`)).json()).checks.broker;
    const first = await check();
    assert.equal(first.cause, "cannot reach amqp://app:***@broker for ***");
    assert.ok(Math.abs(Date.parse(first.since) - Date.now()) < 30_000);
    await ready();
    assert.deepEqual(await check(), first);
  });

  it("answers a probe of HTTP/1.0, which has no Host", async () => {
    for (const path of ["/health/live", "/health/ready"]) {
      const { status } = await exchange(server.port, `GET ${path} HTTP/1.0\r\n\r\n`);
      assert.ok(status === 200 || status === 503, `${path}: ${status}`);
    }
  });

  it("is stopping and not ready as soon as the server drains, and closes the connection", async () => {
    Object.assign(state, { database: "up", broker: "up" });
    const app = createAdminApp({ service: "sample", log, guard: sampleGuard, checks: {} });
    const draining = await listen(app, { port: 0, hostname: "127.0.0.1", log });
    const before = await fetch(`${draining.url}/health/ready`);
    assert.equal(before.status, 200);
    assert.notEqual(before.headers.get("connection"), "close");
    await before.body?.cancel();
    draining.drain();
    const { status, headers, body } = await exchange(
      draining.port,
      "GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n",
    );
    assert.deepEqual([status, headers.connection], [503, "close"]);
    assert.deepEqual(JSON.parse(body), { status: "stopping", checks: {} });
    await draining.stop();
  });

  it("logs once when a dependency goes down or comes back", async () => {
    Object.assign(state, { database: "up", broker: "up" });
    await ready();
    lines.length = 0;
    state.broker = "down";
    await ready();
    await ready();
    state.broker = "up";
    await ready();
    const logged = lines
      .filter(({ dependency }) => dependency)
      .map((line) => `${line.level} ${line.dependency} ${line.msg}`);
    assert.deepEqual(logged, ["warn broker dependency is down", "info broker dependency is up again"]);
  });
});
