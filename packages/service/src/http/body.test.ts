import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import type { Server } from "../runtime/runtime.ts";

import { chunk, exchange, memoryLog, type RawResponse } from "../testing/http.ts";
import { guardWith, sampleApp, basket as sampleBasket } from "../testing/sample-app.ts";
import { createApp, listen } from "./app.ts";
import { closed } from "./schema.ts";

const { log, lines } = memoryLog();
let server: Server;
before(async () => {
  server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop());

const basket = JSON.stringify(sampleBasket);
const head = "POST /baskets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
const megabyte = 1024 * 1024;

function send(headers: string, ...body: string[]): Promise<RawResponse> {
  return exchange(server.port, `${head}${headers}\r\n\r\n`, ...body);
}

function problem(response: RawResponse, status: number, type: string) {
  assert.equal(response.status, status, response.body);
  assert.equal(response.headers["content-type"], "application/problem+json");
  const document = JSON.parse(response.body);
  assert.equal(document.type, `urn:problem:${type}`);
  return document;
}

describe("a body", () => {
  it("may come in chunks", async () => {
    const chunks = [chunk(basket.slice(0, 9)), chunk(basket.slice(9)), chunk()];
    assert.equal((await send("Transfer-Encoding: chunked", ...chunks)).status, 202);
  });

  it("may have one mebibyte, and not a byte more, announced or in chunks", async () => {
    const padding = " ".repeat(megabyte - basket.length);
    for (const [body, status] of [
      [basket + padding, 202],
      [`${basket + padding} `, 413],
      [basket + padding.repeat(2), 413],
    ] as const) {
      const announced = await send(`Content-Length: ${body.length}`, body);
      const halves = [chunk(body.slice(0, 99)), chunk(body.slice(99)), chunk()];
      const inChunks = await send("Transfer-Encoding: chunked", ...halves);
      for (const response of [announced, inChunks]) {
        if (status === 413) problem(response, 413, "body-too-large");
        else assert.equal(response.status, status, response.body);
      }
    }
  });

  it("is refused because of its announced size, before it was sent", async () => {
    const { detail } = problem(await send(`Content-Length: ${50 * megabyte}`), 413, "body-too-large");
    assert.equal(detail, "The body may have 1048576 bytes at most.");
  });

  it("of 2 MB is refused when a client library sends it, and on a route without a body", async () => {
    for (const path of ["/baskets", "/baskets/0199f3d2-5f0e-7c4a-8b1d-2f6a9c3e4d5b/empty"]) {
      const body = JSON.stringify("x".repeat(2_000_000));
      const headers = { "content-type": "application/json" };
      const response = await fetch(server.url + path, { method: "POST", headers, body });
      assert.equal(response.status, 413);
      assert.equal(response.headers.get("content-type"), "application/problem+json");
    }
  });

  it("of 4 MB is refused while it still comes in chunks, and the server goes on", async () => {
    const piece = new Uint8Array(100_000).fill(32);
    for (let attempt = 0; attempt < 3; attempt++) {
      let sent = 0;
      const body = new ReadableStream({
        pull(controller) {
          if (sent++ === 40) controller.close();
          else controller.enqueue(piece);
        },
      });
      const headers = { "content-type": "application/json" };
      const init = { method: "POST", headers, body, duplex: "half" as const };
      assert.equal((await fetch(`${server.url}/baskets`, init)).status, 413);
    }
    assert.equal((await send(`Content-Length: ${basket.length}`, basket)).status, 202);
  });

  it("that was refused unread does not affect the next request", { timeout: 30_000 }, async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`${head}Content-Length: ${2 * megabyte}\r\n\r\n`);
    socket.write(" ".repeat(2 * megabyte));
    socket.write("GET /baskets HTTP/1.1\r\nHost: a\r\n\r\n");
    let received = "";
    for await (const data of socket) {
      received += data;
      if (received.includes("HTTP/1.1 200 ")) break;
    }
    assert.match(received, /^HTTP\/1.1 413 .*HTTP\/1.1 200 /s);
  });

  it("must be JSON in UTF-8", async () => {
    for (const [type, status] of [
      ["application/json", 202],
      ["application/json; charset=utf-8", 202],
      ['Application/JSON;charset="UTF-8"', 202],
      ["application/merge-patch+json", 202],
      ["application/json; profile=x", 202],
      ['application/json; profile="a; b" ; charset=UTF-8;', 202],
      ["application/json; profile=x; charset=utf-16", 415],
      ["application/json/x", 415],
      ["application/json; charset=latin1", 415],
      ["text/plain", 415],
      ["application/x-www-form-urlencoded", 415],
      ["application/jsonp", 415],
      [undefined, 415],
    ] as const) {
      const line = type === undefined ? "" : `Content-Type: ${type}\r\n`;
      const length = `Content-Length: ${basket.length}\r\n\r\n`;
      const response = await exchange(
        server.port,
        `POST /baskets HTTP/1.1\r\nHost: a\r\n${line}${length}${basket}`,
      );
      assert.equal(response.status, status, type ?? "no type");
      if (status === 415) assert.equal(response.headers.accept, "application/json");
    }
    const compressed = await send(`Content-Encoding: gzip\r\nContent-Length: ${basket.length}`, basket);
    problem(compressed, 415, "unsupported-media-type");
    assert.equal(compressed.headers["accept-encoding"], "identity");
  });

  it("that is not JSON is a 400 that says why", async () => {
    const body = '{ "owner": "ada", "items": [{ "code": 01 }] }';
    const document = problem(await send(`Content-Length: ${body.length}`, body), 400, "invalid-json");
    assert.match(document.detail, /./);
    const latin1 = await exchange(
      server.port,
      `${head}Content-Length: 3\r\n\r\n`,
      Buffer.from([0x22, 0xff, 0x22]),
    );
    assert.equal(problem(latin1, 400, "invalid-json").detail, "It is not UTF-8.");
  });

  it("nested deeper than any schema is a 400, even a million levels deep", async () => {
    for (const depth of [65, 500_000]) {
      const body = "[".repeat(depth) + "]".repeat(depth);
      problem(await send(`Content-Length: ${body.length}`, body), 400, "invalid-json");
    }
  });

  it("that stops early, or has an invalid chunk, does not affect other requests", async () => {
    const before = lines.length;
    await send("Transfer-Encoding: chunked", "zz\r\nnonsense\r\n").catch(() => {});
    const socket = connect(server.port, "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.on("close", () => resolve());
      socket.end(`${head}Content-Length: 500\r\n\r\n{"owner":`);
      socket.resume();
    });
    assert.equal((await send(`Content-Length: ${basket.length}`, basket)).status, 202);
    assert.deepEqual(
      lines.slice(before).filter(({ level }) => level === "error"),
      [],
    );
  });

  it("that arrives too slowly is a 408", async () => {
    const guard = guardWith({ BODY_TIMEOUT: "50ms" });
    const app = createApp({ title: "Slow", version: "1", description: "", log, guard }).post(
      "/",
      () => undefined,
      { access: "public", body: closed({}), detail: { summary: "Wait" } },
    );
    const slow = await listen(app, { port: 0, hostname: "127.0.0.1", log });
    const start = "POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n";
    problem(await exchange(slow.port, `${start}Content-Length: 20\r\n\r\n{`), 408, "body-too-slow");
    problem(
      await exchange(slow.port, `${start}Transfer-Encoding: chunked\r\n\r\n`, chunk("{")),
      408,
      "body-too-slow",
    );
    await slow.stop({ within: 100 });
  });
});
