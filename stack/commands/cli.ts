import { resolve } from "node:path";
import { consoleLink } from "../break-it/machine.ts";
import { breakItStatus, startBreakIt, stopBreakIt } from "../break-it/process.ts";
import { wantsObservability, withoutContainers } from "../containers/observability.ts";
import { engineAnswers } from "../containers/project.ts";
import { containers } from "../containers/system.ts";
import { requestedToken } from "../local/local-issuer.ts";
import { localProcesses } from "../local/system.ts";
import { type ServiceName, serviceNames } from "../names.ts";
import { root } from "../paths.ts";
import { serversFrom } from "../provision.ts";
import { serversDown, serversUp } from "../servers.ts";
import type { Stack } from "../stack.ts";
import { demo } from "./demo.ts";
import { runningStack, theRunningStack } from "./running-stack.ts";
import { allReady, statusTable } from "./status.ts";
import { welcome } from "./welcome.ts";

const usage = `usage: bun stack/commands/cli.ts COMMAND
  up | dev                  start the system; dev: as local processes that restart when their code changes
  down [--purge]            stop it; --purge deletes its data as well
  restart PART | status | logs [PART] | psql SERVICE | demo
  console                   print the link that signs in to the console as operator
  token ROLES [SUBJECT]     print a token that the local stack accepts
  servers                   print the variables of the running system's RabbitMQ and PostgreSQL
  backing-services up       start a RabbitMQ and a PostgreSQL for tests, print their variables
  backing-services down     stop them, and delete their data`;

const start = performance.now();
/** On stderr, so that stdout has nothing but the result. */
function progress(line: string): void {
  console.error(`[${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

/** What already runs decides; otherwise containers, if an engine answers and the environment does not say otherwise. */
function stackToStart(): Stack {
  const running = runningStack();
  if (running) return running;
  const wantsLocal = process.env.STACK === "local" || serversFrom(process.env) !== undefined;
  return !wantsLocal && engineAnswers() ? containers : localProcesses;
}

function serviceFrom(name: string): ServiceName {
  const service = serviceNames.find((one) => one === name);
  if (service) return service;
  throw new Error(`set SERVICE to one of ${serviceNames.join(", ")}`);
}

function printVariables(variables: object): void {
  for (const [name, value] of Object.entries(variables)) console.log(`export ${name}='${value}'`);
}

const [command = "", ...rest] = process.argv.slice(2);
const [argument = ""] = rest;
const purge = rest.includes("--purge");
const backingServices = resolve(root, ".local/backing-services");

async function run(): Promise<void> {
  switch (command) {
    case "up":
      return up();
    case "dev": {
      const stack = runningStack() ?? localProcesses;
      const addresses = await stack.start({ progress, watch: true });
      await startBreakIt(stack === containers ? "containers" : "local");
      console.log(`\n${welcome(addresses, consoleLink(addresses.ports.console))}\n`);
      progress(
        "the services restart when their code changes. Ctrl-C ends the log; make down stops the system",
      );
      return stack.logs(undefined, true);
    }
    case "down":
      await stopBreakIt(purge);
      await containers.stop({ purge, progress });
      await localProcesses.stop({ purge, progress });
      console.log(
        purge ? "Everything is stopped, and its data deleted." : "Everything is stopped; its data is kept.",
      );
      return;
    case "restart":
      if (argument === "") throw new Error("set SERVICE: make restart SERVICE=order");
      await theRunningStack().restart(argument, progress);
      return console.log(`${argument} is ready.`);
    case "status": {
      const parts = [...(await (runningStack() ?? localProcesses).status()), await breakItStatus()];
      console.log(statusTable(parts));
      if (!allReady(parts)) process.exitCode = 1;
      return;
    }
    case "logs":
      // Follows at a terminal, and ends for a program.
      return (runningStack() ?? localProcesses).logs(argument || undefined, process.stdout.isTTY === true);
    case "psql":
      return theRunningStack().psql(serviceFrom(argument));
    case "demo":
      return demo(theRunningStack().addresses().ports);
    case "console":
      return console.log(consoleLink(theRunningStack().addresses().ports.console));
    case "token":
      return console.log(await requestedToken(argument, rest[1] ?? ""));
    case "servers":
      return printVariables(theRunningStack().addresses().servers);
    case "backing-services":
      if (argument === "down") return serversDown(backingServices);
      if (argument === "up") return printVariables(await serversUp(backingServices, { progress }));
      break;
  }
  console.error(usage);
  process.exitCode = 2;
}

async function up(): Promise<void> {
  const observed = wantsObservability();
  const stack = stackToStart();
  const addresses = await stack.start({ progress });
  await startBreakIt(stack === containers ? "containers" : "local");
  const notes = observed && stack === localProcesses ? [withoutContainers(addresses.ports)] : [];
  console.log(`\n${welcome(addresses, consoleLink(addresses.ports.console), ...notes)}`);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? `error: ${error.message}` : error);
  process.exit(1);
}
