import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createAdminApp } from "../http/admin.ts";
import { listen } from "../http/app.ts";
import type { Server } from "../runtime/runtime.ts";
import { exchange, memoryLog } from "../testing/http.ts";
import { sampleApp, sampleGuard } from "../testing/sample-app.ts";
import { createTelemetry } from "./telemetry.ts";
import { valuesOf } from "./testing/values.ts";

const { log } = memoryLog();
let server: Server;
let admin: Server;

before(async () => {
  const telemetry = await createTelemetry({ service: "sample", log, traceShare: 0 });
  const at = { port: 0, hostname: "127.0.0.1", log };
  server = await listen(sampleApp(log, { telemetry }), at);
  admin = await listen(
    createAdminApp({ service: "sample", log, guard: sampleGuard, checks: {}, telemetry }),
    at,
  );
});
after(() => Promise.all([server.stop(), admin.stop()]));

describe("/metrics", () => {
  it("counts requests by route template, and unknown paths and methods as one", async () => {
    const id = "0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b";
    const ask = async (path: string, init: RequestInit = {}) => {
      await (await fetch(server.url + path, init)).text();
    };
    await ask(`/baskets/${id}`);
    await ask("/baskets/0199f3d2-5f0e-7c4a-8b1d-000000000000");
    await ask("/baskets", { method: "POST", body: "{" });
    for (const path of ["/a", "/b/c", "/.env"]) await ask(path);
    await exchange(server.port, "BREW /baskets HTTP/1.1\r\nhost: localhost\r\n\r\n").catch(() => {});

    const response = await fetch(`${admin.url}/metrics`);
    assert.equal(response.status, 200);
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
    const values = valuesOf(await response.text());
    const count = (method: string, route: string, status: string) =>
      values.get(
        `http_server_request_duration_seconds_count{method="${method}",route="${route}",status="${status}"}`,
      );
    assert.equal(count("GET", "/baskets/:basketId", "2xx"), 1);
    assert.equal(count("GET", "/baskets/:basketId", "4xx"), 1);
    assert.equal(count("POST", "/baskets", "4xx"), 1);
    assert.equal(count("GET", "unmatched", "4xx"), 3);
    for (const series of values.keys()) assert.doesNotMatch(series, /0199f3d2|\.env|BREW/);
  });

  it("describe the process", async () => {
    const values = valuesOf(await (await fetch(`${admin.url}/metrics`)).text());
    assert.ok((values.get("process_resident_memory_bytes") ?? 0) > 1e6);
    assert.ok((values.get("process_cpu_seconds_total") ?? 0) > 0);
    assert.ok(Math.abs((values.get("process_start_time_seconds") ?? 0) - Date.now() / 1000) < 3600);
    assert.ok([...values.keys()].some((series) => series.startsWith('service_info{service="sample"')));
  });

  it("is not in the OpenAPI document, nor on the API's port", async () => {
    const { paths } = await (await fetch(`${admin.url}/openapi/json`)).json();
    assert.deepEqual(Object.keys(paths), ["/health/live", "/health/ready"]);
    for (const path of ["/metrics", "/health/live", "/health/ready"])
      assert.equal((await fetch(server.url + path)).status, 404, path);
  });
});
