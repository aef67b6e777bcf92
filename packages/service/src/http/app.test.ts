import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { TraceContext } from "@rabbit-contract/messaging";
import { CommitOutcomeUnknown } from "@rabbit-contract/postgres";
import { asDatabaseError } from "@rabbit-contract/postgres/testing";
import { type TSchema, Type } from "@sinclair/typebox";
import pg from "pg";
import type { Server } from "../runtime/runtime.ts";
import { createTelemetry, type Telemetry } from "../telemetry/telemetry.ts";
import { exchange, expectProblem, memoryLog } from "../testing/http.ts";
import {
  authorization,
  basket,
  id,
  may,
  placeBasket,
  sampleApp,
  sampleGuard,
} from "../testing/sample-app.ts";
import { createApp, listen } from "./app.ts";
import { closed } from "./schema.ts";

const { log, lines } = memoryLog();
let server: Server;

before(async () => {
  server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop());

const place = (body: unknown, headers?: Record<string, string>) => placeBasket(server.url, body, headers);

describe("a valid request", () => {
  it("reaches its handler with typed input, and returns its headers", async () => {
    const response = await place(basket, { prefer: "wait=5", "x-request-id": "client-7" });
    assert.equal(response.status, 202);
    assert.deepEqual(await response.json(), { id, owner: "ada" });
    assert.equal(response.headers.get("location"), `/baskets/${id}`);
    assert.equal(response.headers.get("x-request-id"), "client-7");
    assert.equal(response.headers.get("x-content-type-options"), "nosniff");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const line = lines.find(({ requestId, msg }) => requestId === "client-7" && msg === "basket made");
    assert.equal(line?.wait, 5);
  });

  it("hands a valid traceparent to the handler, and drops an invalid one", async () => {
    const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
    await place(basket, { "x-request-id": "traced", traceparent, tracestate: "vendor=1" });
    await place(basket, { "x-request-id": "untraced", traceparent: "00-0-0-01", tracestate: "vendor=1" });
    const traceOf = (name: string) => lines.find((line) => line.requestId === name && line.trace)?.trace;
    assert.deepEqual(traceOf("traced"), { traceparent, tracestate: "vendor=1" });
    assert.deepEqual(traceOf("untraced"), {});
  });

  it("gets a new id if its x-request-id is unsafe", async () => {
    const response = await fetch(`${server.url}/baskets`, {
      headers: { "x-request-id": "a b <script>" },
    });
    assert.match(response.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/);
  });

  it("may be a HEAD, answered like the GET without its body", async () => {
    const response = await fetch(`${server.url}/baskets/${id}`, { method: "HEAD" });
    const get = await (await fetch(`${server.url}/baskets/${id}`)).text();
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
    assert.equal(response.headers.get("content-length"), String(get.length));
    assert.equal((await fetch(`${server.url}/nothing`, { method: "HEAD" })).status, 404);
  });

  it("may ask for the methods of a path", async () => {
    const response = await fetch(`${server.url}/baskets`, { method: "OPTIONS" });
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("allow"), "GET, HEAD, OPTIONS, POST");
    assert.equal((await fetch(`${server.url}/nothing`, { method: "OPTIONS" })).status, 404);
  });

  it("may have any host, however short, and a trailing slash", async () => {
    for (const host of ["a", "a:80", "[::1]:8002", "basket"]) {
      assert.equal(
        (await exchange(server.port, `GET /baskets/${id}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).status,
        200,
      );
    }
  });

  it("may empty with no body, an empty one or none of its fields", async () => {
    const cancel = (body?: string) =>
      fetch(`${server.url}/baskets/${id}/empty`, {
        method: "POST",
        headers: body === undefined ? {} : { "content-type": "application/json" },
        ...(body !== undefined && { body }),
      });
    for (const body of [undefined, "", "{}"]) assert.equal((await cancel(body)).status, 200);
    await expectProblem(await cancel('{"reason":"none"}'), 422, "invalid-input");
  });
});

describe("a request that fits no route", () => {
  it("is a 404 when the path is unknown", async () => {
    for (const path of ["/", "/nothing", "/baskets/1/2/3", "/Baskets"]) {
      await expectProblem(await fetch(server.url + path), 404, "not-found");
    }
  });

  it("is a 405 that says what the path allows", async () => {
    for (const [method, path, allow] of [
      ["DELETE", "/baskets", "GET, HEAD, OPTIONS, POST"],
      ["PUT", `/baskets/${id}`, "GET, HEAD, OPTIONS"],
      ["GET", `/baskets/${id}/empty`, "OPTIONS, POST"],
    ] as const) {
      const response = await fetch(server.url + path, { method });
      assert.equal(response.headers.get("allow"), allow);
      await expectProblem(response, 405, "method-not-allowed");
    }
    const trace = await exchange(server.port, "TRACE /baskets HTTP/1.1\r\nHost: a\r\n\r\n");
    assert.equal(trace.status, 405);
  });

  it("is a 400 when URL or Host cannot be understood", async () => {
    for (const head of [
      "GET /baskets/%zz HTTP/1.1\r\nHost: a",
      "GET /baskets?owner=%ff HTTP/1.1\r\nHost: a",
      "GET /baskets HTTP/1.1\r\nHost: a/b?c#d",
      "GET /baskets HTTP/1.1\r\nHost: a b",
    ]) {
      const response = await exchange(server.port, `${head}\r\n\r\n`);
      assert.equal(response.status, 400, head);
      assert.equal(response.headers["content-type"], "application/problem+json");
    }
  });
});

describe("an error of a command", () => {
  /** Serves a route that throws what `next` returns. */
  async function serveThrowing(next: () => unknown) {
    const { log, lines } = memoryLog();
    const app = createApp({ title: "Broken", version: "1", description: "", log, guard: sampleGuard }).get(
      "/",
      async () => {
        throw next();
      },
      { access: "public", detail: { summary: "Fail" } },
    );
    return { broken: await listen(app, { port: 0, hostname: "127.0.0.1", log }), lines };
  }

  it("is mapped to its problem", async () => {
    const response = await place({ ...basket, items: [{ code: "UNKNOWN", quantity: 1 }] });
    const { detail } = await expectProblem(response, 422, "unknown-item");
    assert.equal(detail, 'There is no item "UNKNOWN".');
  });

  it("is a 500 without details, and logged, if it is unexpected, whatever was thrown", async () => {
    const thrown: unknown[] = [
      new Error("secret"),
      "secret",
      undefined,
      null,
      { code: "23505", detail: "secret" },
    ];
    const { broken, lines } = await serveThrowing(() => thrown.shift());
    for (const count of thrown.keys()) {
      const response = await fetch(broken.url, { headers: { "x-request-id": `failure-${count}` } });
      const document = await expectProblem(response, 500, "internal");
      assert.doesNotMatch(JSON.stringify(document), /secret/);
      const logged = lines.filter(({ requestId }) => requestId === `failure-${count}`);
      assert.deepEqual(
        logged.map(({ level, msg }) => `${level} ${msg}`),
        ["error request failed", "info request"],
      );
    }
    assert.match(JSON.stringify(lines.find(({ level }) => level === "error")), /secret.*stack.*app\.test/);
    await broken.stop();
  });

  /** How the app answers this database error, and the level at which it logs that. */
  async function answerTo(error: unknown) {
    const { broken, lines } = await serveThrowing(() => error);
    const response = await fetch(broken.url);
    await broken.stop();
    const line = lines.find(({ msg }) => msg === "request refused: the database");
    return { response, level: line?.level };
  }

  it("is a 503 with Retry-After while the database is in trouble, because no request is at fault", async () => {
    for (const [code, seconds, logged] of [
      ["57014", "1", "warn"],
      ["40001", "1", "warn"],
      ["57P01", "1", "warn"],
      ["28P01", "10", "error"],
    ] as const) {
      const failed = Object.assign(new pg.DatabaseError("failed", 6, "error"), { code });
      const { response, level } = await answerTo(asDatabaseError(failed, "query"));
      await expectProblem(response, 503, "unavailable");
      assert.equal(response.headers.get("retry-after"), seconds, code);
      assert.equal(level, logged, code);
    }
  });

  it("claims no more than is known when the connection was lost during the commit", async () => {
    const { response } = await answerTo(
      new CommitOutcomeUnknown("the connection was lost during the commit"),
    );
    const { detail } = await expectProblem(response, 503, "outcome-unknown");
    assert.match(String(detail), /stored as a whole, or not at all.*Idempotency-Key/);
    assert.equal(response.headers.get("retry-after"), "1");
  });
});

describe("the server does not start with a route", () => {
  const { log } = memoryLog();
  const app = () => createApp({ title: "Sample", version: "1", description: "", log, guard: sampleGuard });
  const start = (app: Parameters<typeof listen>[0]) => listen(app, { port: 0, hostname: "127.0.0.1", log });
  const detail = { summary: "Do" };

  it("without a summary, without access, or with an unchecked id", async () => {
    await assert.rejects(start(app().get("/x", () => 1)), /GET \/x needs a summary/);
    await assert.rejects(start(app().get("/x", () => 1, { detail })), /GET \/x needs `access`/);
    const unchecked = app().get("/x/:id", () => 1, { access: "public", detail });
    await assert.rejects(start(unchecked), /GET \/x\/:id lacks "id" in its `params`/);
  });

  it("that takes a body with unknown fields", async () => {
    const open = Type.Object({});
    const taking = (body: TSchema) => app().put("/x", () => 1, { access: "public", body, detail });
    await assert.rejects(start(taking(closed({ inner: open }))), /unknown fields at "\/inner"/);
  });
});

describe("the access log", () => {
  it("has a debug line for each request, without its query", async () => {
    await fetch(`${server.url}/baskets?owner=ada`, { headers: { "x-request-id": "access" } });
    const [line, ...more] = lines.filter(({ requestId }) => requestId === "access");
    assert.deepEqual(more, []);
    assert.equal(line?.level, "debug");
    assert.equal(line?.method, "GET");
    assert.equal(line?.path, "/baskets");
    assert.equal(line?.status, 200);
    assert.ok(typeof line?.ms === "number");
  });
});

describe("a trace", () => {
  it("is recorded at the caller's wish only if they have a valid token, known or not", async () => {
    const seen: (string | undefined)[] = [];
    const startRequest = (_request: Request, { traceparent }: TraceContext) => {
      seen.push(traceparent?.slice(-2));
      return undefined;
    };
    const telemetry: Telemetry = {
      ...(await createTelemetry({ service: "sample", log, traceShare: 0 })),
      startRequest,
    };
    const traced = await listen(sampleApp(log, { access: may.read, telemetry }), {
      port: 0,
      hostname: "127.0.0.1",
      log,
    });
    const traceparent = `00-${"a".repeat(32)}-${"b".repeat(16)}-01`;
    const { authorization: member = "" } = await authorization("traced");
    for (const headers of [
      {},
      { authorization: `${member}x` },
      { authorization: member },
      { authorization: member },
    ]) {
      await fetch(`${traced.url}/baskets`, { headers: { ...headers, traceparent } });
    }
    await traced.stop();
    assert.deepEqual(seen, ["00", "00", "01", "01"]);
  });
});
