import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { eventually } from "@rabbit-contract/messaging/testing";
import { memoryLog } from "../testing/http.ts";
import { sampleGuard } from "../testing/sample-app.ts";
import { createApp, listen } from "./app.ts";
import { type EventStreamOptions, eventStream, type ServerSentEvent } from "./sse.ts";

const forEver = { validUntil: Number.POSITIVE_INFINITY };

type Source = EventStreamOptions["source"];

/** Serves `source` at `/stream`. */
async function serveStream(source: Source, caller = forEver) {
  const { log, lines } = memoryLog();
  const app = createApp({ title: "Stream", version: "1", description: "", log, guard: sampleGuard }).get(
    "/stream",
    ({ request }) => eventStream({ request, caller, source, log }),
    { access: "public", detail: { summary: "Follow" } },
  );
  return { server: await listen(app, { port: 0, hostname: "127.0.0.1", log }), lines };
}

/** Connects and collects what comes, without its framing. */
function follow(port: number, headers = "") {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET /stream HTTP/1.1\r\nHost: a\r\n${headers}\r\n`);
  let received = "";
  socket.setEncoding("utf8");
  socket.on("data", (data) => {
    received += data;
  });
  const ended = once(socket, "close");
  return {
    leave: () => socket.destroy(),
    ended,
    async until(text: string): Promise<string> {
      while (!received.includes(text)) await once(socket, "data");
      return received;
    },
  };
}

/** Yields one event, then nothing until its client is gone or the server stops. */
function oneEvent(event: ServerSentEvent, onEnd = () => {}): Source {
  return async function* ({ signal }) {
    try {
      yield event;
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    } finally {
      onEnd();
    }
  };
}

/** Has every timer fire within a millisecond, until it is disposed of. */
function hurriedTimers() {
  const { setTimeout: start } = globalThis;
  const replace = (value: unknown) =>
    Object.defineProperty(globalThis, "setTimeout", { value, configurable: true, writable: true });
  replace((callback: () => void) => start(callback, 1));
  return { [Symbol.dispose]: () => replace(start) };
}

describe("an event stream", () => {
  it("ends with the token of its caller, and says so", async () => {
    let ended = 0;
    const source = oneEvent({ data: 1 }, () => ended++);
    let expiry = 0;
    const caller = {
      get validUntil() {
        // From the beginning of the stream.
        expiry ||= Date.now() + 500;
        return expiry;
      },
    };
    const { server, lines } = await serveStream(source, caller);
    const client = follow(server.port);
    assert.match(await client.until(": the token has expired"), /data: 1\n\n/);
    await eventually(() => assert.equal(ended, 1));
    assert.deepEqual(
      lines.filter(({ msg }) => msg === "event stream failed"),
      [],
    );
    client.leave();
    await server.stop();
  });

  it("sends events as they come, each on its own lines", async () => {
    const { server } = await serveStream(
      oneEvent({ id: "7\n8", event: "basket", data: { text: "a\nb", é: 1 } }),
    );
    const client = follow(server.port);
    const received = await client.until('data: {"text":"a\\nb","é":1}\n\n');
    assert.match(received, /content-type: text\/event-stream/i);
    assert.match(received, /x-request-id: /i);
    assert.match(received, /retry: 2000\n\n/);
    assert.match(received, /id: 7 8\nevent: basket\ndata: /);
    client.leave();
    await server.stop();
  });

  it("accumulates nothing over the heartbeats of a silent source", async () => {
    const { log } = memoryLog();
    using _timers = hurriedTimers();
    const request = new Request("http://localhost/stream");
    const source: Source = oneEvent({ data: "the only one" });
    const { then } = Promise.prototype;
    const name = "then";
    const replaceThen = (value: unknown) => Object.defineProperty(Promise.prototype, name, { value });
    const reactions = new WeakMap<Promise<unknown>, number>();
    let most = 0;
    replaceThen(function (this: Promise<unknown>, ...args: Parameters<typeof then>) {
      const count = (reactions.get(this) ?? 0) + 1;
      reactions.set(this, count);
      most = Math.max(most, count);
      return then.apply(this, args);
    });
    try {
      const reader = eventStream({ request, caller: forEver, source, log }).body?.getReader();
      for (let reads = 0; reads < 100; reads++) await reader?.read();
      await reader?.cancel();
    } finally {
      replaceThen(then);
    }
    assert.ok(most < 10, `${most} reactions wait for one promise`);
  });

  it("sends a comment after a while without events", async () => {
    const { server } = await serveStream(oneEvent({ data: 1 }));
    const client = follow(server.port);
    {
      using _timers = hurriedTimers();
      await client.until(":\n\n");
    }
    client.leave();
    await server.stop();
  });

  it("ends its source when the client leaves", async () => {
    const ended = Promise.withResolvers<void>();
    const { server } = await serveStream(oneEvent({ data: 1 }, ended.resolve));
    const client = follow(server.port);
    await client.until("data: 1");
    client.leave();
    await ended.promise;
    await server.stop();
  });

  it("ends with its connection, even when a request was pipelined behind another", async () => {
    let open = 0;
    const source: Source = async function* ({ signal }) {
      open++;
      try {
        yield { data: 1 };
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
      } finally {
        open--;
      }
    };
    const { server } = await serveStream(source);
    const socket = connect(server.port, "127.0.0.1");
    socket.write("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n".repeat(3));
    await once(socket, "data");
    socket.destroy();
    await eventually(() => assert.equal(open, 0));
    await server.stop({ within: 60_000 });
  });

  it("ends when the server stops, which need not wait for it", async () => {
    const ended = Promise.withResolvers<void>();
    const { server, lines } = await serveStream(oneEvent({ data: 1 }, ended.resolve));
    const client = follow(server.port);
    await client.until("data: 1");
    const start = performance.now();
    await server.stop({ within: 60_000 });
    await Promise.all([ended.promise, client.ended]);
    assert.ok(performance.now() - start < 60_000);
    assert.deepEqual(
      lines.filter(({ level }) => level === "error"),
      [],
    );
  });

  it("ends, and says so in the log, when its source fails", async () => {
    const { server, lines } = await serveStream(async function* () {
      yield { data: 1 };
      throw new Error("the database is gone");
    });
    assert.match(await (await fetch(`${server.url}/stream`)).text(), /data: 1\n\n$/);
    const line = lines.find(({ level }) => level === "error");
    assert.match(JSON.stringify(line), /event stream failed|the database is gone/);
    await server.stop();
  });

  it("asks its source for no more than the client reads", async () => {
    let made = 0;
    const { server } = await serveStream(async function* () {
      for (;;) yield { data: "x".repeat(100_000), id: String(made++) };
    });
    const client = follow(server.port);
    await client.until("retry");
    client.leave();
    await client.ended;
    assert.ok(made < 1000, `made ${made}`);
    await server.stop();
  });

  it("is not opened by a HEAD", async () => {
    const { server } = await serveStream(oneEvent({ data: 1 }));
    const response = await fetch(`${server.url}/stream`, { method: "HEAD" });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    await response.text();
    await server.stop();
  });
});
