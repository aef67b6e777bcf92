import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, it } from "node:test";
import { exchange } from "../testing/http.ts";
import { runtimeName, type Server, serve, stopSignal } from "./runtime.ts";

const hostname = "127.0.0.1";

async function refusesConnections({ port }: Server): Promise<boolean> {
  const socket = connect(port, hostname);
  try {
    await once(socket, "connect");
    return false;
  } catch {
    return true;
  } finally {
    socket.destroy();
  }
}

describe("the server", () => {
  it("serves on a free port and says where", async () => {
    const server = await serve({ fetch: (request) => new Response(request.method), port: 0, hostname });
    assert.equal(server.url, `http://127.0.0.1:${server.port}`);
    assert.equal(await (await fetch(server.url)).text(), "GET");
    await server.stop();
  });

  it("says what to do about a port that is taken", async () => {
    const server = await serve({ fetch: () => new Response(), port: 0, hostname });
    const again = serve({ fetch: () => new Response(), port: server.port, hostname });
    await assert.rejects(again, new RegExp(`cannot listen on 127.0.0.1:${server.port}: .*free the port`));
    await server.stop();
  });

  it("stops at once when it is idle, even with keep-alive connections, and may be stopped twice", async () => {
    const server = await serve({ fetch: () => new Response("ok"), port: 0, hostname });
    await (await fetch(server.url)).text();
    const silent = connect(server.port, hostname);
    await once(silent, "connect");
    const start = performance.now();
    await Promise.all([server.stop({ within: 60_000 }), server.stop()]);
    assert.ok(performance.now() - start < 60_000);
    assert.ok(await refusesConnections(server));
    silent.destroy();
  });

  it("lets requests in progress finish, but accepts no new ones", async () => {
    const arrived = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    const server = await serve({
      port: 0,
      hostname,
      async fetch() {
        arrived.resolve();
        await finish.promise;
        return new Response("done");
      },
    });
    const response = fetch(server.url);
    await arrived.promise;
    const stopped = server.stop();
    assert.ok(await refusesConnections(server));
    finish.resolve();
    assert.equal(await (await response).text(), "done");
    await stopped;
  });

  it("tells requests in progress that it stops", async () => {
    const arrived = Promise.withResolvers<void>();
    const server = await serve({
      port: 0,
      hostname,
      async fetch(request) {
        const signal = stopSignal(request);
        arrived.resolve();
        await new Promise((resolve) => signal?.addEventListener("abort", resolve));
        return new Response("told");
      },
    });
    const response = fetch(server.url);
    await arrived.promise;
    await server.stop();
    assert.equal(await (await response).text(), "told");
  });

  it("waits no longer than it should", async () => {
    const arrived = Promise.withResolvers<void>();
    const never = Promise.withResolvers<void>();
    const server = await serve({
      port: 0,
      hostname,
      async fetch() {
        arrived.resolve();
        await never.promise;
        return new Response("late");
      },
    });
    const response = exchange(server.port, "GET / HTTP/1.1\r\nHost: a\r\n\r\n").catch(
      (error: Error) => error,
    );
    await arrived.promise;
    await server.stop({ within: 50 });
    assert.ok(await refusesConnections(server));
    never.resolve();
    await response;
  });
});

describe("a program", () => {
  const script = `
    const { onCrash, onSignal } = await import(${JSON.stringify(new URL("./runtime.ts", import.meta.url).href)});
    const { createLogger } = await import(${JSON.stringify(new URL("../log.ts", import.meta.url).href)});
    const log = createLogger({ service: "program" });
    onCrash(log);
    const alive = setInterval(() => {}, 1000);
    // Deno reports no exit code of a child that was signalled.
    process.on("exit", (code) => console.log("exit " + code));
    onSignal(async (signal) => {
      if (process.env.OUTCOME === "fail") throw new Error("could not");
      if (process.env.OUTCOME === "hang") { console.log("stopping"); await new Promise(() => {}); }
      console.log("stopped on " + signal);
    }, log);
    const error = () => new Error("of ada@example.com", { cause: new Error("amqp://app:secret@broker") });
    if (process.env.OUTCOME === "reject") void Promise.reject(error());
    if (process.env.OUTCOME === "throw") setTimeout(() => { throw error(); });
    if (process.env.OUTCOME === "reject text") void Promise.reject("amqp://app:secret@broker");
    console.log("ready");`;

  /** Starts the script, sends the next signal at each line of output, and waits for its end. */
  async function run(outcome: string, ...signals: NodeJS.Signals[]) {
    const args = runtimeName.startsWith("deno") ? ["eval", script] : ["-e", script];
    const child = spawn(process.execPath, args, { env: { ...process.env, OUTCOME: outcome } });
    let output = "";
    child.stderr.on("data", (data) => {
      output += data;
    });
    child.stdout.on("data", (data) => {
      output += data;
      const signal = signals.shift();
      if (signal !== undefined && child.pid !== undefined) process.kill(child.pid, signal);
    });
    await once(child, "close");
    return output.trim().split("\n");
  }

  it("stops on SIGTERM and SIGINT, and exits with 0", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      assert.deepEqual(await run("stop", signal), ["ready", `stopped on ${signal}`, "exit 0"]);
    }
  });

  it("exits with 1 when it cannot stop, or when it is signalled again", async () => {
    const [ready, line = "", ...rest] = await run("fail", "SIGTERM");
    assert.deepEqual([ready, ...rest], ["ready", "exit 1"]);
    assert.match(line, /^{"level":"fatal",.*"could not".*"signal":"SIGTERM","msg":"stopping failed"}$/);
    assert.deepEqual(await run("hang", "SIGTERM", "SIGINT"), ["ready", "stopping", "exit 1"]);
  });

  for (const outcome of ["reject", "throw", "reject text"]) {
    it(`logs an uncaught error (${outcome}) on one line, redacted, and exits with 1`, async () => {
      const lines = await run(outcome);
      assert.equal(lines.shift(), "ready");
      assert.equal(lines.pop(), "exit 1");
      assert.equal(lines.length, 1, lines.join("\n"));
      const { level, msg, err } = JSON.parse(lines[0] ?? "");
      assert.deepEqual([level, err.type], ["fatal", "Error"]);
      assert.match(msg, /^the process ends: un/);
      assert.doesNotMatch(lines[0] ?? "", /secret|ada@/);
    });
  }
});
