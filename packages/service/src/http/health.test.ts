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

async function answer(name: keyof typeof state): Promise<void> {
  if (state[name] === "hangs") await new Promise(() => {});
  if (state[name] === "down") throw new Error(`no ${name}`);
}

before(async () => {
  const checks = {
    database: { run: () => answer("database"), required: true, timeout: 50 },
    broker: { run: () => answer("broker"), required: false, timeout: 50 },
  };
  const app = createAdminApp({ service: "sample", log, guard: sampleGuard, checks });
  server = await listen(app, { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop());

async function ready() {
  const response = await fetch(`${server.url}/health/ready`);
  return { status: response.status, body: await response.json() };
}

describe("health", () => {
  it("is live whatever is down", async () => {
    Object.assign(state, { database: "down", broker: "down" });
    const response = await fetch(`${server.url}/health/live`);
    assert.equal(response.status, 200);
    assert.deepEqual(await response.json(), { status: "live" });
  });

  for (const [database, broker, status, body] of [
    ["up", "up", 200, { status: "ready", checks: { database: "up", broker: "up" } }],
    ["up", "down", 200, { status: "degraded", checks: { database: "up", broker: "down" } }],
    ["up", "hangs", 200, { status: "degraded", checks: { database: "up", broker: "down" } }],
    ["down", "up", 503, { status: "unavailable", checks: { database: "down", broker: "up" } }],
    ["hangs", "down", 503, { status: "unavailable", checks: { database: "down", broker: "down" } }],
  ] as const) {
    it(`is ${body.status} with the database ${database} and the broker ${broker}`, async () => {
      Object.assign(state, { database, broker });
      assert.deepEqual(await ready(), { status, body });
    });
  }

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
