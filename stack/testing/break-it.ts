/** Local sign-in and Try to break it, for the console of a test's own system. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createLogger } from "@rabbit-contract/service";
import { guardFor, makeToken, testIssuer } from "@rabbit-contract/service/testing";
import { createBreakItApp } from "../break-it/app.ts";
import { serveOn } from "../break-it/serve.ts";
import type { Control, ControlState } from "../control.ts";
import { portsFrom } from "../local/parts.ts";
import { type ServiceName, serviceNames } from "../names.ts";
import type { TestSystem } from "./system.ts";

export interface TestBreakIt {
  /** For `CONSOLE_BREAK_IT_SOCKET`. */
  readonly socket: string;
  /** For the link to the console: `#machine=`. */
  readonly secret: string;
  stop(): Promise<void>;
}

/** Its parts are the services of the system; the servers are shared with other tests. */
export async function startBreakIt(system: TestSystem): Promise<TestBreakIt> {
  const directory = mkdtempSync(join(tmpdir(), "break-it-"));
  const socket = join(directory, "socket");
  const secret = "the-secret-of-this-machine";
  const portOf = (name: string) => {
    const service = serviceNames.find((one) => one === name);
    return service === undefined ? 0 : Number(new URL(system.service(service).url).port);
  };
  const { app, stop } = createBreakItApp({
    stack: {
      control: controlOf(system),
      addresses: () => ({ ports: portsFrom(portOf), servers: system.place.admin }),
      broker: () => {
        const { admin, virtualHost, prefix = "" } = system.place;
        return { managementUrl: admin.RABBITMQ_MANAGEMENT_URL, virtualHost, prefix };
      },
    },
    isSecret: (given) => given === secret,
    issueToken: (request) => makeToken(testIssuer, request),
    guard: guardFor([]),
    log: createLogger({ service: "break-it", level: "fatal" }),
  });
  app.compile();
  const server = serveOn(socket, app);
  return {
    socket,
    secret,
    async stop() {
      stop();
      await server.stop();
      rmSync(directory, { recursive: true });
    },
  };
}

function controlOf(system: TestSystem): Control {
  const states = new Map(serviceNames.map((name): [ServiceName, ControlState] => [name, "running"]));
  return {
    parts: async () => [...states].map(([name, state]) => ({ name, kind: "service", state })),
    async act(part, action) {
      const name = serviceNames.find((one) => one === part);
      if (name === undefined) return;
      const state = states.get(name);
      if (state === "paused") process.kill(system.service(name).pid, "SIGCONT");
      if (action === "pause" && state !== "stopped") process.kill(system.service(name).pid, "SIGSTOP");
      if (action === "kill" || action === "stop")
        await system.service(name).stop(action === "kill" ? "SIGKILL" : "SIGTERM");
      if (action === "start" && state === "stopped") await system.start(name);
      if (action === "pause") states.set(name, state === "stopped" ? "stopped" : "paused");
      else states.set(name, action === "start" ? "running" : "stopped");
    },
  };
}
