/** The console. `--help` lists its environment variables. */
import { createLogger, onCrash, onSignal } from "@rabbit-contract/service";
import { Guard } from "@rabbit-contract/service/access";
import { configOrExit } from "@rabbit-contract/service/config";
import { listen } from "@rabbit-contract/service/http";
import { roles } from "./access.ts";
import { adminUrls, folders, settingsOf, signInProblems, targetNames, variables } from "./config.ts";
import { Flow } from "./flow/flow.ts";
import { createConsoleApp } from "./http/app.ts";

const config = configOrExit(variables, signInProblems);
const log = createLogger({ service: "console", level: config.logLevel });
onCrash(log);

const flow = new Flow({ ...config, services: adminUrls(config), log });
const app = createConsoleApp({
  settings: settingsOf(config),
  folders,
  flow,
  breakItSocket: config.breakItSocket,
  targets: new Map(targetNames.map((name) => [name, config[name]])),
  guard: new Guard({ ...config, roles }),
  log,
});
const server = await listen(app, { port: config.port, hostname: config.host, log });
onSignal(async (signal) => {
  log.info({ signal }, "stopping");
  await server.stop();
}, log);
