import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { listen } from "./http.ts";
import type { Server } from "./runtime.ts";
import { memoryLog } from "./testing/http.ts";
import { sampleApp } from "./testing/sample-app.ts";

const { log } = memoryLog();
let server: Server;
before(async () => {
  server = await listen(sampleApp(log), { port: 0, hostname: "127.0.0.1", log });
});
after(() => server.stop({ within: 100 }));

// Deno waits for headers for ever, and can't be told otherwise: SECURITY.md asks for a proxy there.
const skip = "Deno" in globalThis ? "Deno's server has no limit" : false;

describe("a client that is slow", () => {
  it("to send its headers is cut off, though it never falls silent", { skip, timeout: 60_000 }, async () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.on("error", () => {});
    socket.write("GET /health/live HTTP/1.1\r\nHost: a\r\nX-Slow: ");
    const drip = setInterval(() => socket.write("a"), 500);
    socket.resume();
    await once(socket, "close");
    clearInterval(drip);
  });

  it("does not keep others waiting", async () => {
    const sockets = Array.from({ length: 200 }, () => {
      const socket = connect(server.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.write(
        "POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{",
      );
      return socket;
    });
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    assert.equal((await fetch(`${server.url}/health/live`)).status, 200);
    for (const socket of sockets) socket.destroy();
  });
});
