/** Started by `make up` beside the system: `bun stack/break-it/main.ts local|containers`. */
import { mkdirSync } from "node:fs";
import { roles } from "@orders/order/access";
import { createLogger, onCrash, onSignal } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { accessVariables, readConfig } from "@rabbit-contract/service/config";
import { environmentFor } from "@rabbit-contract/service/testing";
import { containers } from "../containers/system.ts";
import { localIssuer, localToken } from "../local/local-issuer.ts";
import { localProcesses } from "../local/system.ts";
import { createBreakItApp } from "./app.ts";
import { isSecret, socketDirectory, socketIn } from "./machine.ts";
import { serveOn } from "./serve.ts";

const log = createLogger({ service: "break-it", level: "info" });
onCrash(log);
const { app, stop } = createBreakItApp({
  stack: process.argv[2] === "containers" ? containers : localProcesses,
  isSecret,
  issueToken: localToken,
  guard: new Guard({ ...readConfig(accessVariables, environmentFor(localIssuer())), roles }),
  log,
});
app.compile();

const socket = socketIn(socketDirectory());
mkdirSync(socketDirectory(), { recursive: true });
const server = serveOn(socket, app);
log.info({ socket }, "listening");

onSignal(async () => {
  stop();
  await server.stop();
}, log);
