/** What the project does with a Pact broker: `bun tests/contracts/cli.ts help`. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root, serviceNames } from "@orders/stack";
import { branch, buildUrl, version } from "./version.ts";

const usage = `Usage: bun tests/contracts/cli.ts <command>

  publish                                     give the broker the pacts of generated/pacts
  verify                                      verify the broker's pacts with the services, and give it the results
  can-i-deploy ENVIRONMENT [SERVICE]          may this version go there? Exits with 1 when not
  record-deployment ENVIRONMENT [SERVICE]     tell the broker that this version is there now

  PACT_BROKER_BASE_URL says where the broker is; PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and
  PACT_BROKER_PASSWORD, let us in. The version is the commit, with "-dirty" where files have changed since.
  Without a SERVICE it is about all of them. Exits with 2 when it was not asked rightly or has no broker.`;

/** Asked wrongly, or without a broker. */
class UsageError extends Error {}

/** What make leaves out, it passes as "". */
const [command = "help", environment = "", service = ""] = process.argv.slice(2);

const commands: Readonly<Record<string, () => number>> = {
  publish() {
    const build = buildUrl();
    const about = ["--consumer-app-version", version(), "--branch", branch()];
    return broker(
      "publish",
      "generated/pacts",
      ...about,
      ...(build === undefined ? [] : ["--build-url", build]),
    );
  },

  verify() {
    requireBroker();
    const tests = serviceNames.map((name) => `services/${name}/contracts/${name}.provider.test.ts`);
    return run([join(root, "stack/commands/test.ts"), ...tests], { PACTS_FROM: "broker" });
  },

  "can-i-deploy": () =>
    forEachService((name, where) =>
      broker("can-i-deploy", "--pacticipant", name, "--version", version(), "--to-environment", where),
    ),

  "record-deployment": () =>
    forEachService((name, where) =>
      broker("record-deployment", "--pacticipant", name, "--version", version(), "--environment", where),
    ),

  help() {
    console.log(usage);
    return 0;
  },
};

/** @returns the worst exit code */
function forEachService(work: (service: string, environment: string) => number): number {
  if (environment === "") {
    throw new UsageError(
      `${command} needs an environment: make ${command} ENVIRONMENT=production SERVICE=order`,
    );
  }
  if (service !== "" && !serviceNames.some((name) => name === service)) {
    throw new UsageError(`there is no service "${service}"; there are ${serviceNames.join(", ")}`);
  }
  const services = service === "" ? serviceNames : [service];
  return Math.max(
    ...services.map((name) => {
      console.log(`${command} ${name} ${version()} in ${environment}`);
      return work(name, environment);
    }),
  );
}

/** Runs the broker's command line client; it reads where the broker is from the environment. */
function broker(...args: string[]): number {
  requireBroker();
  return run([join(root, "node_modules/@pact-foundation/pact-cli/bin/pact-broker.js"), ...args]);
}

function requireBroker(): void {
  if (process.env.PACT_BROKER_BASE_URL) return;
  throw new UsageError(
    `${command} needs a Pact broker, and PACT_BROKER_BASE_URL is not set. Set it to the URL of yours (with ` +
      "PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD); README.md says how to start one.",
  );
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): number {
  // The client waits longer after each of its retries: with its own 8 of them, two minutes for a broker that is away.
  const defaults = { PACT_BROKER_HTTP_RETRIES: "3" };
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: "inherit",
    env: { ...defaults, ...process.env, PACT_DO_NOT_TRACK: "true", ...env },
  });
  if (error) throw error;
  return status ?? 1;
}

const work = commands[command];
if (!work) {
  console.error(`unknown command "${command}"\n\n${usage}`);
  process.exit(2);
}
try {
  process.exit(work());
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exit(error instanceof UsageError ? 2 : 1);
}
