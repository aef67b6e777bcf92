import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { freePorts } from "@rabbit-contract/messaging/testing";
import { readState, writeState } from "../local/state-file.ts";
import { serviceNames } from "../names.ts";
import { root } from "../paths.ts";
import {
  type AdminEnvironment,
  monitorUrl,
  newPassword,
  newPasswords,
  type Passwords,
  serviceEnvironment,
} from "../provision.ts";

/** A compose project of this repository. Its settings and secrets are files in `directory`. */
export interface Project {
  readonly name: string;
  readonly directory: string;
}

/** What was chosen at the first start. Contains passwords. */
export interface ProjectState {
  readonly passwords: {
    readonly rabbitmq: string;
    readonly postgres: string;
    /** Of the broker's user for the console. */
    readonly monitor: string;
    readonly services: Passwords;
  };
  /** Variables of compose.yaml. */
  readonly settings: Readonly<Record<string, string>>;
}

export type Settings = ProjectState["settings"];

/** Variables of compose.yaml, with the servers' default ports. */
export const serverPorts = { RABBITMQ_PORT: 5672, RABBITMQ_MANAGEMENT_PORT: 15672, POSTGRES_PORT: 5432 };

/** Settings of ports: as they were kept, else the preferred ones if they are free, else others. */
export async function portSettings(
  preferred: Readonly<Record<string, number>>,
  kept: Settings | undefined,
): Promise<Settings> {
  const names = Object.keys(preferred);
  const free = kept ? [] : await freePorts(...Object.values(preferred));
  return Object.fromEntries(names.map((name, index) => [name, kept?.[name] ?? String(free[index])]));
}

const stateFile = ({ directory }: Project) => join(directory, "containers.json");
const settingsFile = ({ directory }: Project) => join(directory, "compose.env");
const secretsDirectory = ({ directory }: Project) => join(directory, "secrets");

/** Each directory is a project of its own, so that two clones on one machine are two systems. */
export function projectIn(directory: string): Project {
  return { name: `orders-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}`, directory };
}

/** New ones where `known` has none. */
export function newProjectPasswords(known?: ProjectState["passwords"]): ProjectState["passwords"] {
  return {
    rabbitmq: known?.rabbitmq ?? newPassword(),
    postgres: known?.postgres ?? newPassword(),
    monitor: known?.monitor ?? newPassword(),
    services: newPasswords(known?.services),
  };
}

export function projectState(project: Project): ProjectState | undefined {
  return readState<ProjectState>(stateFile(project));
}

/** Keeps the state, and writes the settings and secrets that compose.yaml reads. */
export function writeProject(project: Project, state: ProjectState): void {
  writeState(stateFile(project), state);
  const settings = {
    COMPOSE_PROJECT_NAME: project.name,
    SECRETS_DIRECTORY: secretsDirectory(project),
    ...state.settings,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  writeFileSync(settingsFile(project), lines.join(""));
  mkdirSync(secretsDirectory(project), { recursive: true });
  // No other user can enter the folder; the containers' users, which have other ids, can read the files.
  chmodSync(secretsDirectory(project), 0o700);
  for (const [name, content] of Object.entries(secretsOf(state))) {
    const file = join(secretsDirectory(project), name);
    writeFileSync(file, content);
    chmodSync(file, 0o644);
  }
}

export function removeProject(project: Project): void {
  for (const path of [stateFile(project), settingsFile(project), secretsDirectory(project)])
    rmSync(path, { recursive: true, force: true });
}

/** By the names of the secrets in compose.yaml. */
function secretsOf({ passwords }: ProjectState): Record<string, string> {
  const admin = adminUrls(passwords, {
    amqp: "rabbitmq:5672",
    management: "rabbitmq:15672",
    sql: "postgres:5432",
  });
  const place = { admin, virtualHost: "/", passwords: passwords.services };
  const urls = Object.assign({}, admin, ...serviceNames.map((service) => serviceEnvironment(service, place)));
  return {
    "rabbitmq-administrator": `default_user = admin\ndefault_pass = ${passwords.rabbitmq}\n`,
    "postgres-password": passwords.postgres,
    "console-rabbitmq-management-url": monitorUrl(place, passwords.monitor),
    ...Object.fromEntries(
      Object.entries<string>(urls).map(([name, url]) => [name.toLowerCase().replaceAll("_", "-"), url]),
    ),
  };
}

function adminUrls(
  { rabbitmq, postgres }: ProjectState["passwords"],
  hosts: { readonly amqp: string; readonly management: string; readonly sql: string },
): AdminEnvironment {
  return {
    AMQP_URL: `amqp://admin:${rabbitmq}@${hosts.amqp}`,
    RABBITMQ_MANAGEMENT_URL: `http://admin:${rabbitmq}@${hosts.management}`,
    DATABASE_URL: `postgres://postgres:${postgres}@${hosts.sql}/postgres`,
  };
}

/** The administrator's URLs, as seen from this machine. */
export function publishedServers({ passwords, settings }: ProjectState): AdminEnvironment {
  const at = (variable: keyof typeof serverPorts) => `127.0.0.1:${settings[variable]}`;
  return adminUrls(passwords, {
    amqp: at("RABBITMQ_PORT"),
    management: at("RABBITMQ_MANAGEMENT_PORT"),
    sql: at("POSTGRES_PORT"),
  });
}

/** Number of processors that a server in a container gets; the engine refuses more than it has. */
export function serverCpus(): string {
  return String(Math.min(2, Number(docker("info", "--format", "{{.NCPU}}").trim()) || 1));
}

/** Whether a container engine with compose v2 answers. */
export function engineAnswers(): boolean {
  const succeeds = (...args: string[]) =>
    spawnSync("docker", args, { stdio: "ignore", timeout: 15_000 }).status === 0;
  return succeeds("info") && succeeds("compose", "version");
}

export function docker(...args: string[]): string {
  return spawnSync("docker", args, { cwd: root, encoding: "utf8" }).stdout ?? "";
}

/** Whether the project has containers, running or not. */
export function hasContainers(project: Project): boolean {
  return (
    projectState(project) !== undefined &&
    docker("compose", "-p", project.name, "ps", "-a", "-q").trim() !== ""
  );
}

export function composeArgs(project: Project, ...args: string[]): string[] {
  const observed = projectState(project)?.settings.OBSERVABILITY === "1";
  const files = ["compose.yaml", ...(observed ? ["compose.observability.yaml"] : [])];
  return [
    ...["compose", "-p", project.name, "--env-file", settingsFile(project)],
    ...files.flatMap((file) => ["-f", resolve(root, file)]),
    ...args,
  ];
}

/**
 * Runs `docker compose` and shows its output, on stderr. The settings file overrides a variable of the same name in the
 * shell, which was read when the settings were chosen.
 */
export function compose(project: Project, ...args: string[]): boolean {
  const names = new Set(Object.keys(projectState(project)?.settings ?? {}));
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !names.has(name)));
  return (
    spawnSync("docker", composeArgs(project, ...args), { cwd: root, env, stdio: ["inherit", 2, 2] })
      .status === 0
  );
}
