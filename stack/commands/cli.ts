import { resolve } from "node:path";
import {
  composeAddresses,
  composeDown,
  composeLogs,
  composeStatus,
  composeUp,
  engineAnswers,
  hasContainers,
  wasComposed,
} from "../containers/compose.ts";
import { wantsObservability, withoutContainers } from "../containers/observability.ts";
import { backingServicesDown, backingServicesUp } from "../local/backing-services.ts";
import { localAddresses, localDown, localMetricsUrl, localRuns, localUp } from "../local/local.ts";
import { requestedToken } from "../local/local-issuer.ts";
import { localLogs } from "../local/logs.ts";
import { root } from "../paths.ts";
import { passwordsFrom, provisionSystem, serversFrom } from "../provision.ts";
import { demo } from "./demo.ts";
import { allWell, localStatus, statusTable } from "./status.ts";
import { welcome } from "./welcome.ts";

const usage = `usage: bun stack/commands/cli.ts COMMAND
  up                              start the system, in containers or as local processes
  down [--volumes]                stop it; --volumes deletes its data as well
  status | logs [PART] | demo
  token ROLE [SUBJECT]            print a token that the local stack takes
  provision                       make databases, roles and topology on the servers in the environment
  backing-services up             start a RabbitMQ and a PostgreSQL for tests, print their variables
  backing-services down [--volumes]`;

const start = performance.now();
/** Goes to stderr, so that stdout holds only what a caller may want to use. */
function progress(line: string): void {
  console.error(`[${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s] ${line}`);
}

function inContainers(): boolean {
  return !localRuns() && hasContainers();
}

/** What runs already decides; where nothing does, there are containers if an engine answers and nothing speaks against. */
function upInContainers(): boolean {
  if (localRuns()) return false;
  if (hasContainers()) return true;
  return process.env.STACK !== "local" && serversFrom(process.env) === undefined && engineAnswers();
}

const [command = "", ...rest] = process.argv.slice(2);
const purge = rest.includes("--volumes");
const backingServices = resolve(root, ".local/backing-services");

async function run(): Promise<void> {
  switch (command) {
    case "up": {
      const observed = wantsObservability();
      const composed = upInContainers();
      const addresses = await (composed ? composeUp(progress) : localUp(progress));
      console.log(`\n${welcome(addresses)}`);
      if (observed && !composed) console.log(`\n${withoutContainers(addresses.ports, localMetricsUrl())}`);
      return;
    }
    case "down":
      if (wasComposed()) composeDown({ purge });
      await localDown(progress, { purge });
      console.log(
        purge ? "Everything is stopped, and its data deleted." : "Everything is stopped; its data is kept.",
      );
      return;
    case "status":
      return status();
    case "logs": {
      const part = rest[0] === "" ? undefined : rest[0];
      // Follows for a person at a terminal, and ends for a program.
      const follow = process.stdout.isTTY === true;
      return inContainers() ? composeLogs(part, follow) : localLogs(part, follow);
    }
    case "demo":
      if (!localRuns() && !hasContainers()) throw new Error("the system does not run: start it with make up");
      return demo((inContainers() ? composeAddresses() : localAddresses()).ports);
    case "token":
      return console.log(await requestedToken(rest[0] ?? "", rest[1] ?? ""));
    case "provision": {
      const admin = serversFrom(process.env);
      if (!admin) throw new Error("provision needs AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL");
      await provisionSystem({ admin, virtualHost: "/", passwords: passwordsFrom(process.env) });
      return progress("databases, roles, topology and broker users are there");
    }
    case "backing-services": {
      if (rest[0] === "down") return backingServicesDown(backingServices, { purge });
      if (rest[0] !== "up") break;
      const environment = await backingServicesUp(backingServices, { progress });
      for (const [name, value] of Object.entries(environment)) console.log(`export ${name}='${value}'`);
      return;
    }
  }
  console.error(usage);
  process.exitCode = 2;
}

async function status(): Promise<void> {
  const parts = await (inContainers() ? composeStatus() : localStatus());
  console.log(statusTable(parts));
  if (!allWell(parts)) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? `error: ${error.message}` : error);
  process.exit(1);
}
