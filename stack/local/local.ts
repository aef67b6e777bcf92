import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { StopWaiting, waitFor, waitForAll } from "@rabbit-contract/messaging/testing";
import { environmentFor } from "@rabbit-contract/service/testing";
import { buildCatalogue } from "../commands/build-catalogue.ts";
import type { Addresses, BrokerPlace } from "../commands/welcome.ts";
import { type ServiceName, serviceNames } from "../names.ts";
import { logDirectory, root, stackDirectory } from "../paths.ts";
import {
  type AdminEnvironment,
  newPasswords,
  type Passwords,
  provisionSystem,
  removeSystem,
  type SystemPlace,
  serversFrom,
} from "../provision.ts";
import { backingServicesDown, backingServicesUp } from "./backing-services.ts";
import { localIssuer, removeLocalIssuer } from "./local-issuer.ts";
import { choosePorts, type Part, type PartName, type Ports, partNames, partsOf } from "./parts.ts";
import { runningPostgres } from "./postgres.ts";
import { isRunning, type ProcessRecord, startDetached, stopProcess } from "./process.ts";
import { runningRabbitmq } from "./rabbitmq.ts";
import { readinessOf } from "./readiness.ts";
import { runToEnd } from "./run.ts";
import { readState, tail, writeState } from "./state.ts";

/** What `make up` without a container engine has started. Holds passwords. */
export interface LocalState {
  readonly credentials: Passwords;
  readonly ports?: Ports;
  /** Servers of somebody else that the user told us to use; ours are used when absent. */
  readonly given?: AdminEnvironment;
  readonly processes: Readonly<Partial<Record<PartName, ProcessRecord>>>;
}

const stateFile = join(stackDirectory, "local.json");
export const logFile = (name: string) => join(logDirectory, `${name}.log`);
export const localState = () => readState<LocalState>(stateFile);

/** Whether any process of the local system runs. */
export function localRuns(): boolean {
  const ownServer =
    runningRabbitmq(join(stackDirectory, "rabbitmq")) ?? runningPostgres(join(stackDirectory, "postgres"));
  return ownServer !== undefined || runningParts(localState()).length > 0;
}

/** Where everything is. @throws Error when the broker or the database does not run */
export function localAddresses(): Addresses {
  const state = localState();
  const managementUrl =
    state?.given?.RABBITMQ_MANAGEMENT_URL ?? runningRabbitmq(join(stackDirectory, "rabbitmq"))?.managementUrl;
  const databaseUrl =
    state?.given?.DATABASE_URL ?? runningPostgres(join(stackDirectory, "postgres"))?.databaseUrl;
  if (!state?.ports || !managementUrl || !databaseUrl)
    throw new Error("the system does not run: start it with make up");
  return { ports: state.ports, managementUrl, databaseUrl };
}

/** The broker, and the system's names on it. @throws Error when it does not run */
export function localBroker(): BrokerPlace {
  return { managementUrl: localAddresses().managementUrl, ...namesOn(localState()?.given) };
}

/** Where our own broker tells Prometheus how it is; a given one may not. */
export function localMetricsUrl(): string | undefined {
  return runningRabbitmq(join(stackDirectory, "rabbitmq"))?.metricsUrl;
}

/** Starts what does not run, waits until everything is ready, and returns where everything is. */
export async function localUp(progress: (line: string) => void): Promise<Addresses> {
  mkdirSync(logDirectory, { recursive: true });
  const earlier = localState();
  const alive = runningParts(earlier);
  const ports = await choosePorts(process.env, portsInUse(earlier, alive));
  const given = alive.length > 0 ? earlier?.given : serversFrom(process.env);
  let state: LocalState = {
    credentials: earlier?.credentials ?? newPasswords(),
    ports,
    ...(given ? { given } : {}),
    processes: earlier?.processes ?? {},
  };
  writeState(stateFile, state);

  // The catalogue takes as long to build as RabbitMQ takes to start.
  const catalogue = buildCatalogue(progress);
  // Awaited below; until then its failure is nobody's unhandled rejection.
  catalogue.catch(() => {});
  const admin = given ?? (await backingServicesUp(stackDirectory, { progress, wellKnownPorts: true }));
  const services = await provisionSystem({ ...placeOf(state, admin), passwords: state.credentials });
  progress("broker and databases are provisioned");
  await waitForAll(serviceNames.map((name) => migrate(name, services[name])));
  progress("databases are migrated");
  await catalogue;

  const parts = partsOf(ports, services, environmentFor(localIssuer()));
  const ended = parts.filter(({ name }) => !isRunning(state.processes[name]));
  for (const part of ended) {
    state = { ...state, processes: { ...state.processes, [part.name]: await startPart(part) } };
    writeState(stateFile, state);
  }
  if (ended.length < parts.length)
    progress(`${parts.length - ended.length} of ${parts.length} parts run already`);
  await waitForAll(
    parts.map(async (part) => {
      await untilReady(part.name, ports[part.name], state.processes[part.name]);
      if (ended.includes(part)) progress(`${part.name} is ready`);
    }),
  );
  return localAddresses();
}

/** Stops what `localUp` started. @param purge whether to delete all data as well */
export async function localDown(progress: (line: string) => void, { purge = false } = {}): Promise<void> {
  const state = localState();
  if (!state) return;
  await waitForAll(
    runningParts(state).map(async (name) => {
      await stopProcess(state.processes[name]);
      progress(`${name} is stopped`);
    }),
  );
  if (state.given) {
    if (purge) await removeSystem(placeOf(state, state.given));
  } else {
    await backingServicesDown(stackDirectory, { purge });
    progress("rabbitmq and postgres are stopped");
  }
  if (purge) removeLocalIssuer();
  if (purge) for (const path of [stateFile, logDirectory]) rmSync(path, { recursive: true, force: true });
  else writeState(stateFile, { credentials: state.credentials, processes: {} });
}

export function runningParts(state: LocalState | undefined): PartName[] {
  return partNames.filter((name) => isRunning(state?.processes[name]));
}

function portsInUse(state: LocalState | undefined, alive: readonly PartName[]): Partial<Ports> {
  if (!state?.ports) return {};
  const { ports } = state;
  const used = Object.fromEntries(alive.map((name) => [name, ports[name]]));
  return alive.includes("maildev") ? { ...used, smtp: ports.smtp } : used;
}

function placeOf(state: LocalState, admin: AdminEnvironment): SystemPlace {
  return { admin, ...namesOn(state.given) };
}

/** On servers of our own the system has all to itself; on given ones it keeps to names that nobody else has. */
function namesOn(given: AdminEnvironment | undefined) {
  return given
    ? { virtualHost: "orders-over-rabbitmq", prefix: "orders_over_rabbitmq_" }
    : { virtualHost: "/", prefix: "" };
}

async function migrate(name: ServiceName, env: Readonly<Record<string, string>>): Promise<void> {
  await runToEnd({
    what: `migrate the database of ${name}`,
    args: [resolve(root, `services/${name}/src/migrate.ts`)],
    env: { ...partEnvironment(), ...env },
    logFile: logFile(`${name}.migrate`),
  });
}

function startPart(part: Part): Promise<ProcessRecord> {
  // Each start has a log of its own, so that the end of it speaks of this start.
  rmSync(logFile(part.name), { force: true });
  return startDetached({
    command: process.execPath,
    args: part.args,
    env: { ...partEnvironment(), ...part.env },
    cwd: root,
    logFile: logFile(part.name),
  });
}

/** What the user set, without what only an administrator may know. */
function partEnvironment(): NodeJS.ProcessEnv {
  const { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL, ...rest } = process.env;
  return rest;
}

async function untilReady(name: PartName, port: number, record: ProcessRecord | undefined): Promise<void> {
  const file = logFile(name);
  await waitFor(
    async () => {
      if (isRunning(record)) return (await readinessOf(name, port)) === "ready";
      throw new StopWaiting(`${name} ended while starting. The end of ${file}:\n${tail(file)}`);
    },
    { what: `${name} to be ready (its log is ${file})`, timeout: 60_000, interval: 100 },
  );
}
