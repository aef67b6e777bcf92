import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environmentFor } from "@rabbit-contract/service/testing";
import { socketDirectory } from "../break-it/machine.ts";
import { localIssuer, removeLocalIssuer } from "../local/local-issuer.ts";
import {
  choosePorts,
  healthPortNameOf,
  type Ports,
  partNames,
  portNames,
  portsFrom,
} from "../local/parts.ts";
import { reportOf, untilReady } from "../local/readiness.ts";
import { type ServiceName, variableOf } from "../names.ts";
import { root, stackDirectory } from "../paths.ts";
import { serviceEnvironment } from "../provision.ts";
import type { Addresses, PartStatus, Stack } from "../stack.ts";
import { containerControl } from "./control.ts";
import { observabilityOf, observabilitySettings } from "./observability.ts";
import {
  compose,
  composeArgs,
  docker,
  engineAnswers,
  hasContainers,
  newProjectPasswords,
  type ProjectState,
  portSettings,
  projectIn,
  projectState,
  publishedServers,
  removeProject,
  serverCpus,
  serverPorts,
  writeProject,
} from "./project.ts";

const project = projectIn(stackDirectory);
/** The public keys of the local issuer, mounted into the containers. */
const keysFile = join(stackDirectory, "jwks.json");

/** The system in containers, as compose.yaml describes it. */
export const containers: Stack = {
  exists: () => hasContainers(project),

  async start({ progress, watch = false }) {
    if (watch) throw new Error("make dev runs local processes: stop the containers first, with make down");
    const state = await chooseState();
    writeProject(project, state);
    writeFileSync(keysFile, environmentFor(localIssuer()).AUTH_JWKS);
    mkdirSync(socketDirectory(), { recursive: true });
    progress("building the images and starting the containers");
    if (!compose(project, "up", "-d", "--build", "--wait")) {
      console.error(docker(...composeArgs(project, "ps", "-a")));
      throw new Error(
        "the containers did not become ready. Their logs: make logs. " +
          "Without containers: make down, then make up STACK=local",
      );
    }
    const addresses = addressesOf(state);
    await untilReady(addresses.ports);
    return addresses;
  },

  control: containerControl,

  async stop({ purge }) {
    if (projectState(project) === undefined || !engineAnswers()) return;
    if (!compose(project, "down", ...(purge ? ["--volumes"] : [])))
      throw new Error("docker compose down failed");
    if (!purge) return;
    removeProject(project);
    removeLocalIssuer();
  },

  async restart(part) {
    const arguments_ = ["up", "-d", "--build", "--wait", "--force-recreate", "--no-deps", part];
    if (!compose(project, ...arguments_)) throw new Error(`docker compose could not restart ${part}`);
  },

  async status() {
    const format = "{{.Service}}\t{{.State}}\t{{.Health}}\t{{.ExitCode}}\t{{.Ports}}";
    const { ports } = this.addresses();
    const rows = docker(...composeArgs(project, "ps", "-a", "--format", format))
      .trimEnd()
      .split("\n");
    return Promise.all(rows.map((row) => statusOf(row, ports)));
  },

  logs(part, follow) {
    const args = ["logs", ...(follow ? ["--tail", "50", "-f"] : []), ...(part ? [part] : [])];
    const { status } = spawnSync("docker", composeArgs(project, ...args), { cwd: root, stdio: "inherit" });
    if (status !== 0 && !follow) process.exitCode = 1;
  },

  addresses() {
    return addressesOf(presentState());
  },

  broker() {
    return { managementUrl: this.addresses().servers.RABBITMQ_MANAGEMENT_URL, virtualHost: "/", prefix: "" };
  },

  psql(service) {
    const url = ownerUrl(service, presentState());
    const terminal = process.stdin.isTTY ? [] : ["-T"];
    const args = composeArgs(project, "exec", ...terminal, "postgres", "psql", url);
    process.exitCode = spawnSync("docker", args, { cwd: root, stdio: "inherit" }).status ?? 1;
  },
};

function presentState(): ProjectState {
  const state = projectState(project);
  if (state) return state;
  throw new Error("the system is not running: start it with make up");
}

async function statusOf(row: string, ports: Ports): Promise<PartStatus> {
  const [name = "", state, health, exitCode, where = ""] = row.split("\t");
  const part = partNames.find((one) => one === name);
  if (state !== "running") return { name, where, state: exitCode === "0" ? "done" : "stopped" };
  if (part === undefined)
    return { name, where, state: health === "" || health === "healthy" ? "ready" : "not ready" };
  // The system's parts report what they cannot reach themselves.
  return { name, where, ...(await reportOf(part, ports[healthPortNameOf(part)])) };
}

async function chooseState(): Promise<ProjectState> {
  const earlier = projectState(project);
  if (!earlier) refuseUnknownVolumes();
  const running = earlier !== undefined && docker("compose", "-p", project.name, "ps", "-q").trim() !== "";
  const kept = running ? earlier.settings : undefined;
  const ports = await choosePorts(process.env, kept ? portsOf(kept) : {});
  const { AUTH_ISSUER, AUTH_AUDIENCE } = environmentFor(localIssuer());
  return {
    passwords: newProjectPasswords(earlier?.passwords),
    settings: {
      ...Object.fromEntries(portNames.map((name) => [variableOf(name, "PORT"), String(ports[name])])),
      ...(await observabilitySettings(kept)),
      ...(await portSettings(serverPorts, kept)),
      SERVER_CPUS: serverCpus(),
      AUTH_ISSUER,
      AUTH_AUDIENCE,
      AUTH_JWKS_FILE: keysFile,
      BREAK_IT_DIRECTORY: socketDirectory(),
    },
  };
}

/** RabbitMQ and PostgreSQL keep the passwords of their first start: without them, the volumes are of no use. */
function refuseUnknownVolumes(): void {
  const filter = `label=com.docker.compose.project=${project.name}`;
  const volumes = docker("volume", "ls", "-q", "--filter", filter);
  if (volumes.trim() === "") return;
  throw new Error(
    `there are volumes of an earlier stack, but its passwords (in ${project.directory}) are lost. ` +
      `Delete the volumes with: docker compose -p ${project.name} down --volumes`,
  );
}

function portsOf(settings: ProjectState["settings"]): Ports {
  return portsFrom((name) => Number(settings[variableOf(name, "PORT")]));
}

function addressesOf(state: ProjectState): Addresses {
  return {
    ports: portsOf(state.settings),
    servers: publishedServers(state),
    ...(state.settings.OBSERVABILITY === "1" && { observability: observabilityOf(state.settings) }),
  };
}

function ownerUrl(service: ServiceName, { passwords }: ProjectState): string {
  const admin = {
    AMQP_URL: "amqp://rabbitmq",
    RABBITMQ_MANAGEMENT_URL: "",
    DATABASE_URL: "postgres://127.0.0.1/",
  };
  const environment = serviceEnvironment(service, { admin, virtualHost: "/", passwords: passwords.services });
  return environment[variableOf(service, "MIGRATION_DATABASE_URL")] ?? "";
}
