import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePorts } from "@rabbit-contract/messaging/testing";
import { environmentFor } from "@rabbit-contract/service/testing";
import type { PartStatus } from "../commands/status.ts";
import type { Addresses } from "../commands/welcome.ts";
import { localIssuer, removeLocalIssuer } from "../local/local-issuer.ts";
import { choosePorts, type Ports, partNames } from "../local/parts.ts";
import { healthOf, untilReady } from "../local/readiness.ts";
import { serviceNames } from "../names.ts";
import { root, stackDirectory } from "../paths.ts";
import { type Observability, observabilityPorts, wantsObservability } from "./observability.ts";

/** Passwords, ports and project name of the containers, in the form that `docker compose --env-file` reads. */
const envFile = join(stackDirectory, "compose.env");
/** The public keys of the local issuer, which the containers get to read. */
const keysFile = join(stackDirectory, "jwks.json");
/** Two clones of this project on one machine are two projects to the engine. */
const project = `orders-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`;

const portVariables = {
  inventory: "INVENTORY_PORT",
  order: "ORDER_PORT",
  notification: "NOTIFICATION_PORT",
  catalogue: "CATALOGUE_PORT",
  maildev: "MAILDEV_PORT",
  smtp: "SMTP_PORT",
} as const satisfies Record<keyof Ports, string>;

const passwordVariables = [
  "POSTGRES_PASSWORD",
  "RABBITMQ_PASSWORD",
  ...serviceNames.flatMap((name) => [
    `${name.toUpperCase()}_PASSWORD`,
    `${name.toUpperCase()}_MIGRATION_PASSWORD`,
  ]),
];

/** Whether a container engine with compose v2 answers. */
export function engineAnswers(): boolean {
  const says = (...args: string[]) =>
    spawnSync("docker", args, { stdio: "ignore", timeout: 15_000 }).status === 0;
  return says("info") && says("compose", "version");
}

/** Whether this project has containers, running or not. */
export function hasContainers(): boolean {
  return existsSync(envFile) && capture("compose", "-p", project, "ps", "-a", "-q").trim() !== "";
}

/** Whether there may be containers or volumes of this project to take down. */
export function wasComposed(): boolean {
  return existsSync(envFile) && engineAnswers();
}

/** Builds the images, starts the containers, and returns once all are healthy. */
export async function composeUp(progress: (line: string) => void): Promise<Addresses> {
  const settings = await chooseSettings();
  mkdirSync(stackDirectory, { recursive: true });
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(envFile, lines.join(""), { mode: 0o600 });
  writeFileSync(keysFile, environmentFor(localIssuer()).AUTH_JWKS);
  progress("building the images and starting the containers");
  if (compose("up", "-d", "--build", "--wait") !== 0) {
    console.error(capture(...composeArgs("ps", "-a")));
    throw new Error(
      "the containers did not become ready. What they say: make logs. " +
        "Without containers: make down, then make up STACK=local",
    );
  }
  const addresses = addressesOf(settings);
  await untilReady(addresses.ports);
  return addresses;
}

/** Stops and removes the containers. @param purge whether to delete their data as well */
export function composeDown({ purge = false } = {}): void {
  if (compose("down", ...(purge ? ["--volumes"] : [])) !== 0) throw new Error("docker compose down failed");
  if (!purge) return;
  rmSync(envFile, { force: true });
  removeLocalIssuer();
}

export function composeLogs(service: string | undefined, follow: boolean): void {
  // Whoever reads by program wants all of it.
  compose("logs", ...(follow ? ["--tail", "50", "-f"] : []), ...(service ? [service] : []));
}

/** How each container is at this moment; the parts of ours are asked themselves. */
export async function composeStatus(): Promise<PartStatus[]> {
  const format = "{{.Service}}\t{{.State}}\t{{.Health}}\t{{.ExitCode}}\t{{.Ports}}";
  const { ports } = composeAddresses();
  const rows = capture(...composeArgs("ps", "-a", "--format", format))
    .trimEnd()
    .split("\n");
  return Promise.all(
    rows.map(async (row) => {
      const [name = "", state, health, exitCode, where = ""] = row.split("\t");
      const part = partNames.find((one) => one === name);
      if (state !== "running") return { name, where, state: exitCode === "0" ? "done" : "stopped" } as const;
      if (part === undefined)
        return { name, where, state: health === "" || health === "healthy" ? "ready" : "not ready" } as const;
      const { readiness, missing } = await healthOf(part, ports[part]);
      return { name, where, state: readiness, missing };
    }),
  );
}

export function composeAddresses(): Addresses {
  return addressesOf(readSettings());
}

async function chooseSettings(): Promise<Record<string, string>> {
  const earlier = existsSync(envFile) ? readSettings() : undefined;
  if (!earlier) refuseStrangeVolumes();
  const running = earlier !== undefined && capture("compose", "-p", project, "ps", "-q").trim() !== "";
  const ports = await choosePorts(process.env, running ? portsOf(earlier) : {});
  const [amqp, management, database] = running
    ? [earlier.RABBITMQ_PORT, earlier.RABBITMQ_MANAGEMENT_PORT, earlier.POSTGRES_PORT]
    : await freePorts(5672, 15672, 5432);
  const authentication = environmentFor(localIssuer());
  const settings: Record<string, string> = { COMPOSE_PROJECT_NAME: project };
  for (const name of passwordVariables)
    settings[name] = earlier?.[name] ?? randomBytes(18).toString("base64url");
  for (const [name, port] of Object.entries(ports))
    settings[portVariables[name as keyof Ports]] = String(port);
  return {
    ...settings,
    ...(await observabilitySettings(running ? earlier : {})),
    RABBITMQ_PORT: String(amqp),
    RABBITMQ_MANAGEMENT_PORT: String(management),
    POSTGRES_PORT: String(database),
    AUTH_ISSUER: authentication.AUTH_ISSUER,
    AUTH_AUDIENCE: authentication.AUTH_AUDIENCE,
    AUTH_JWKS_FILE: keysFile,
  };
}

/** What looks at the system stays with it until `make down`, once it was asked for. */
async function observabilitySettings(earlier: Record<string, string>): Promise<Record<string, string>> {
  if (earlier.OBSERVABILITY === "1") {
    const names = ["OBSERVABILITY", ...Object.keys(observabilityPorts)];
    return Object.fromEntries(names.map((name) => [name, earlier[name] ?? ""]));
  }
  if (!wantsObservability()) return {};
  const wishes = Object.entries(observabilityPorts);
  const ports = await freePorts(...wishes.map(([, port]) => port));
  return {
    OBSERVABILITY: "1",
    ...Object.fromEntries(wishes.map(([name], index) => [name, String(ports[index])])),
  };
}

/** Broker and database keep the passwords of their first start. Where those are lost, they would let nobody in. */
function refuseStrangeVolumes(): void {
  const volumes = capture(
    "volume",
    "ls",
    "-q",
    "--filter",
    `label=com.docker.compose.project=${project}`,
  ).trim();
  if (volumes === "") return;
  throw new Error(
    `the volumes of an earlier stack are there, but the passwords to them (${envFile}) are lost. ` +
      `Delete the volumes with: docker compose -p ${project} down --volumes`,
  );
}

function readSettings(): Record<string, string> {
  const lines = readFileSync(envFile, "utf8").trimEnd().split("\n");
  return Object.fromEntries(
    lines.map((line) => [line.split("=", 1)[0] ?? "", line.slice(line.indexOf("=") + 1)]),
  );
}

function portsOf(settings: Record<string, string>): Ports {
  const port = (name: keyof Ports) => Number(settings[portVariables[name]]);
  return {
    inventory: port("inventory"),
    order: port("order"),
    notification: port("notification"),
    catalogue: port("catalogue"),
    maildev: port("maildev"),
    smtp: port("smtp"),
  };
}

function addressesOf(settings: Record<string, string>): Addresses {
  const { RABBITMQ_PASSWORD, RABBITMQ_MANAGEMENT_PORT, POSTGRES_PASSWORD, POSTGRES_PORT } = settings;
  return {
    ports: portsOf(settings),
    managementUrl: `http://admin:${RABBITMQ_PASSWORD}@127.0.0.1:${RABBITMQ_MANAGEMENT_PORT}`,
    databaseUrl: `postgres://postgres:${POSTGRES_PASSWORD}@127.0.0.1:${POSTGRES_PORT}/postgres`,
    ...(settings.OBSERVABILITY === "1" && { observability: observabilityOf(settings) }),
  };
}

function observabilityOf(settings: Record<string, string>): Observability {
  const at = (name: keyof typeof observabilityPorts) => `http://127.0.0.1:${settings[name]}/`;
  return { grafana: at("GRAFANA_PORT"), prometheus: at("PROMETHEUS_PORT"), jaeger: at("JAEGER_PORT") };
}

function composeArgs(...args: string[]): string[] {
  const observed = readSettings().OBSERVABILITY === "1";
  const files = ["compose.yaml", ...(observed ? ["compose.observability.yaml"] : [])];
  return [
    ...["compose", "-p", project, "--env-file", envFile],
    ...files.flatMap((file) => ["-f", resolve(root, file)]),
    ...args,
  ];
}

/** The settings file alone decides: a variable of the same name in the shell has been read into it before. */
function compose(...args: string[]): number | null {
  const names = new Set(Object.keys(readSettings()));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
  return spawnSync("docker", composeArgs(...args), {
    cwd: root,
    env,
    stdio: ["ignore", "inherit", "inherit"],
  }).status;
}

function capture(...args: string[]): string {
  return spawnSync("docker", args, { cwd: root, encoding: "utf8" }).stdout ?? "";
}
