import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { freePorts, waitFor } from "@rabbit-contract/messaging/testing";
import { isRunning, type ProcessRecord, requireRunning, startDetached, stopProcess } from "./process.ts";
import { findOrInstall, findProgram } from "./programs.ts";
import { readState, writeState } from "./state-file.ts";

/** A broker of our own: all its files are in one directory, and it listens only on 127.0.0.1. */
export interface Rabbitmq {
  readonly amqpUrl: string;
  readonly managementUrl: string;
  /** URL of its Prometheus metrics. */
  readonly metricsUrl: string;
}

interface RabbitmqState {
  readonly user: string;
  readonly password: string;
  readonly ports: {
    readonly amqp: number;
    readonly management: number;
    /** Port of its Prometheus metrics. */
    readonly metrics: number;
    readonly dist: number;
    readonly epmd: number;
  };
  readonly epmd?: ProcessRecord;
  readonly broker?: ProcessRecord;
}

export interface ServerOptions {
  /** For everything that the server writes; created if missing. */
  readonly directory: string;
  readonly progress?: (line: string) => void;
  /** Whether to use the default ports (5672, 15672, 5432) if they are free. @default false */
  readonly wellKnownPorts?: boolean;
}

export interface RabbitmqOptions extends ServerOptions {
  /** Directory of a running broker, to form a cluster with. */
  readonly clusterWith?: string;
  /** Further lines of `rabbitmq.conf`. */
  readonly settings?: readonly string[];
  /** Milliseconds between two counts of queues and rates for the management interface. @default 5 000 */
  readonly statisticsInterval?: number;
}

const stateFile = (directory: string) => join(directory, "state.json");
const consoleLog = (directory: string) => join(directory, "console.log");

/** Starts the broker of this directory, or returns the one that runs already. Keeps the data of an earlier start. */
export async function startRabbitmq(options: RabbitmqOptions): Promise<Rabbitmq> {
  const { directory, progress = console.error, wellKnownPorts = false, clusterWith } = options;
  const earlier = readState<RabbitmqState>(stateFile(directory));
  if (earlier && isRunning(earlier.broker)) return ready(directory, earlier);
  if (earlier) await stopProcess(earlier.epmd);

  const programs = findRabbitmq(progress);
  mkdirSync(directory, { recursive: true, mode: 0o755 });
  const known = earlier?.ports;
  const wishes = known
    ? [known.amqp, known.management, known.metrics, known.dist, known.epmd]
    : [...(wellKnownPorts ? [5672, 15672, 15692] : [0, 0, 0]), 0, 0];
  const [amqp = 0, management = 0, metrics = 0, dist = 0, epmdPort = 0] = await freePorts(...wishes);
  // Nodes of a cluster share the password, from which the cookie is derived, and the epmd, which resolves their ports.
  const peer = clusterWith === undefined ? undefined : readState<RabbitmqState>(stateFile(clusterWith));
  let state: RabbitmqState = {
    user: "admin",
    password: peer?.password ?? earlier?.password ?? randomBytes(18).toString("base64url"),
    ports: { amqp, management, metrics, dist, epmd: peer?.ports.epmd ?? epmdPort },
  };
  const { statisticsInterval = 5_000 } = options;
  const settings = [
    ...(options.settings ?? []),
    `collect_statistics_interval = ${statisticsInterval}`,
    ...(clusterWith === undefined ? [] : joining(clusterWith)),
  ];
  // Not a setting of rabbitmq.conf.
  const advanced = `[{rabbit, [{quorum_tick_interval, ${statisticsInterval}}]}].\n`;
  writeFileSync(join(directory, "advanced.config"), advanced);
  writeConfiguration(directory, state, settings);
  const env = environment(directory, state);
  const common = { env, cwd: directory, logFile: consoleLog(directory) };
  // Started here rather than by the broker, so that its pid is known and it can be stopped again.
  if (!peer) {
    const epmd = await startDetached({ command: programs.epmd, args: ["-address", "127.0.0.1"], ...common });
    state = { ...state, epmd };
    writeState(stateFile(directory), state);
  }
  const broker = await startDetached({ command: programs.server, args: [], ...common });
  state = { ...state, broker };
  writeState(stateFile(directory), state);
  return ready(directory, state);
}

/** Stops the broker of this directory, if it runs. @param purge whether to delete its data as well */
export async function stopRabbitmq(directory: string, { purge = false } = {}): Promise<void> {
  const state = readState<RabbitmqState>(stateFile(directory));
  if (state) {
    await stopProcess(state.broker, { timeout: 60_000 });
    await stopProcess(state.epmd);
    writeState(stateFile(directory), { user: state.user, password: state.password, ports: state.ports });
  }
  if (purge) rmSync(directory, { recursive: true, force: true });
}

/** Addresses and pid of this directory's broker, `undefined` when it does not run. */
export function runningRabbitmq(directory: string): (Rabbitmq & { readonly pid: number }) | undefined {
  const state = readState<RabbitmqState>(stateFile(directory));
  return state && isRunning(state.broker) ? { ...addresses(state), pid: state.broker.pid } : undefined;
}

/** Runs `rabbitmqctl` against the broker of this directory. @throws Error with what it printed, when it fails */
export async function controlRabbitmq(directory: string, ...args: string[]): Promise<string> {
  const state = readState<RabbitmqState>(stateFile(directory));
  const program = findProgram("rabbitmqctl", ...serverPlaces);
  if (!state || !program) throw new Error(`there is no broker in "${directory}", or no rabbitmqctl`);
  const { stdout } = await promisify(execFile)(program, args, { env: environment(directory, state) });
  return stdout;
}

function addresses({ user, password, ports }: RabbitmqState): Rabbitmq {
  return {
    amqpUrl: `amqp://${user}:${password}@127.0.0.1:${ports.amqp}`,
    managementUrl: `http://${user}:${password}@127.0.0.1:${ports.management}`,
    metricsUrl: `http://127.0.0.1:${ports.metrics}/metrics`,
  };
}

async function ready(directory: string, state: RabbitmqState): Promise<Rabbitmq> {
  const found = addresses(state);
  const management = new ManagementApi(found.managementUrl);
  await waitFor(
    async () => {
      requireRunning("RabbitMQ", state.broker, consoleLog(directory));
      // The management API answers before the AMQP port is open.
      await management.get(`health/checks/port-listener/${state.ports.amqp}`);
      return true;
    },
    { what: `RabbitMQ in "${directory}" to be ready`, timeout: 120_000, interval: 200 },
  );
  return found;
}

/** Name of the Erlang node of this directory's broker. */
export function nodeName(directory: string): string {
  return `orders-${createHash("sha256").update(directory).digest("hex").slice(0, 8)}@localhost`;
}

function joining(directory: string): string[] {
  return [
    "cluster_formation.peer_discovery_backend = classic_config",
    `cluster_formation.classic_config.nodes.1 = ${nodeName(directory)}`,
  ];
}

function writeConfiguration(
  directory: string,
  { user, password, ports }: RabbitmqState,
  settings: readonly string[],
): void {
  const lines = [
    `listeners.tcp.local = 127.0.0.1:${ports.amqp}`,
    "management.tcp.ip = 127.0.0.1",
    `management.tcp.port = ${ports.management}`,
    "prometheus.tcp.ip = 127.0.0.1",
    `prometheus.tcp.port = ${ports.metrics}`,
    `default_user = ${user}`,
    `default_pass = ${password}`,
    "loopback_users.guest = true",
    "log.file = rabbitmq.log",
    "log.console = false",
    ...settings,
  ];
  writeFileSync(join(directory, "rabbitmq.conf"), `${lines.join("\n")}\n`, { mode: 0o600 });
  writeFileSync(join(directory, "enabled_plugins"), "[rabbitmq_management,rabbitmq_prometheus].\n");
  const cookie = join(directory, ".erlang.cookie");
  rmSync(cookie, { force: true });
  writeFileSync(cookie, createHash("sha256").update(password).digest("hex").toUpperCase());
  // Erlang refuses a cookie that others could read.
  chmodSync(cookie, 0o400);
}

/** Erlang's threads would spin for a while before they sleep, on cores that others need: docs/decisions/busy-wait.md. */
const noBusyWait = "+sbwt none +sbwtdcpu none +sbwtdio none";

function environment(directory: string, { ports }: RabbitmqState): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(RABBITMQ|ERL|NOTIFY_SOCKET)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    HOME: directory,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: "127.0.0.1",
    RABBITMQ_NODENAME: nodeName(directory),
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.dist),
    // Not the one of the system's own broker.
    RABBITMQ_CONF_ENV_FILE: join(directory, "rabbitmq-env.conf"),
    RABBITMQ_CONFIG_FILE: join(directory, "rabbitmq.conf"),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(directory, "advanced.config"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(directory, "enabled_plugins"),
    RABBITMQ_GENERATED_CONFIG_DIR: join(directory, "config"),
    RABBITMQ_MNESIA_BASE: join(directory, "data"),
    RABBITMQ_PLUGINS_EXPAND_DIR: join(directory, "plugins-expand"),
    RABBITMQ_LOG_BASE: join(directory, "log"),
    RABBITMQ_PID_FILE: join(directory, "pid"),
    // The start script then becomes the broker instead of its parent, so its pid is the one that we know.
    RABBITMQ_ALLOW_INPUT: "1",
    RABBITMQ_SERVER_START_ARGS: "-noinput",
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {127,0,0,1} ${noBusyWait}`,
  };
}

/** Debian's scripts on the PATH insist on their own user and directories, so the scripts that these wrap come first. */
const serverPlaces = [
  "/usr/lib/rabbitmq/bin",
  "/opt/rabbitmq/sbin",
  "/opt/homebrew/opt/rabbitmq/sbin",
  "/usr/local/opt/rabbitmq/sbin",
];

export function installedRabbitmq(): { server: string; epmd: string } | undefined {
  const server = findProgram("rabbitmq-server", ...serverPlaces);
  const epmd = findProgram("epmd", "/usr/lib/erlang/erts-*/bin");
  return server && epmd ? { server, epmd } : undefined;
}

function findRabbitmq(progress: (line: string) => void): { server: string; epmd: string } {
  return findOrInstall(
    installedRabbitmq,
    "rabbitmq-server",
    progress,
    "(with Erlang), or start Docker, or set AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL to servers that you have",
  );
}
