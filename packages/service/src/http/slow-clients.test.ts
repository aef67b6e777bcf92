import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { after, before, describe, it } from "node:test";
import { runtimeName, type Server, serve } from "../runtime/runtime.ts";
import { chunk, memoryLog } from "../testing/http.ts";
import { sampleApp } from "../testing/sample-app.ts";
import { listen } from "./app.ts";

const { log } = memoryLog();
let server: Server;
before(async () => {
  server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop({ within: 100 }));

/** Resolves at the end of the connection, even when it was reset because the server no longer read from it. */
async function closed(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

// Deno.serve has no timeouts; there, a reverse proxy disconnects slow clients.
const cutsOff = runtimeName.startsWith("bun");

describe("a client that is slow", { skip: !cutsOff }, () => {
  it("to send its headers is disconnected, although it never stops sending", {
    timeout: 60_000,
  }, async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /baskets HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    const drip = setInterval(() => socket.write("a"), 500);
    socket.resume();
    await closed(socket);
    clearInterval(drip);
  });

  it("to send another request is disconnected", { timeout: 60_000 }, async () => {
    const quick = await serve({
      fetch: () => new Response("ok"),
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 1000,
    });
    const socket = connect(quick.port, "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    const [answer] = await once(socket, "data");
    assert.match(String(answer), /^HTTP\/1.1 200 /);
    socket.resume();
    await closed(socket);
    await quick.stop();
  });

  it("to send the rest of a refused body is disconnected", { timeout: 60_000 }, async () => {
    const quick = await serve({
      fetch: () => new Response(null, { status: 413 }),
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 1000,
    });
    const socket = connect(quick.port, "127.0.0.1");
    socket.write("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
    const drip = setInterval(() => socket.write(chunk("more")), 500);
    socket.resume();
    await closed(socket);
    clearInterval(drip);
    await quick.stop();
  });

  it("to read its response is disconnected", { timeout: 60_000 }, async () => {
    const cancelled = Promise.withResolvers<void>();
    const pull = (controller: ReadableStreamDefaultController) => controller.enqueue(new Uint8Array(100_000));
    const quick = await serve({
      fetch: () => {
        const endless = new ReadableStream({ pull, cancel: () => cancelled.resolve() }, { highWaterMark: 0 });
        return new Response(endless);
      },
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 1000,
    });
    const socket = connect(quick.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.pause();
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await cancelled.promise;
    socket.destroy();
    await quick.stop();
  });
});

describe("clients that are slow", () => {
  it("do not keep others waiting", async () => {
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        "POST /baskets HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      );
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    assert.equal((await fetch(`${server.url}/baskets`)).status, 200);
    for (const socket of sockets) socket.destroy();
  });
});
