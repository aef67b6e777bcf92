import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { waitForAll } from "@rabbit-contract/messaging/testing";
import { buildCatalogue, buildConsole } from "../commands/build-pages.ts";
import { type ServiceName, serviceNames, variableOf } from "../names.ts";
import { logDirectory, root, stackDirectory } from "../paths.ts";
import {
  newPassword,
  newPasswords,
  provisionMonitor,
  provisionSystem,
  removeSystem,
  serversFrom,
  serviceEnvironment,
} from "../provision.ts";
import type { Addresses, Progress, Stack } from "../stack.ts";
import { backingServicesDown, backingServicesUp } from "./backing-services.ts";
import { LocalControl } from "./control.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { removeLocalIssuer } from "./local-issuer.ts";
import { localLogs } from "./logs.ts";
import { choosePorts, healthPortNameOf, type Part, type PartName, type Ports, partNames } from "./parts.ts";
import { partsOfState, type StartableState } from "./parts-of-state.ts";
import { postgresProgram } from "./postgres-cluster.ts";
import { isRunning, requireRunning, stopProcess } from "./process.ts";
import { untilReady } from "./readiness.ts";
import { runToEnd } from "./run.ts";
import { serverOptions } from "./server-options.ts";
import { startPart, userEnvironment } from "./start-part.ts";
import {
  type LocalState,
  localState,
  logFile,
  namesOn,
  ownServers,
  type PartRecord,
  placeOf,
  runningParts,
  stateFile,
} from "./state.ts";
import { writeState } from "./state-file.ts";
import { localStatus } from "./status.ts";

/** The system as local processes, with a RabbitMQ and a PostgreSQL of its own unless the environment names others. */
export const localProcesses: Stack = {
  exists() {
    const { rabbitmq, postgres } = ownServers();
    return rabbitmq !== undefined || postgres !== undefined || runningParts(localState()).length > 0;
  },

  async start({ progress, watch = false }) {
    mkdirSync(logDirectory, { recursive: true });
    const earlier = localState();
    const running = runningParts(earlier);
    const ports = await choosePorts(process.env, portsInUse(earlier, running), earlier?.ports);
    const servers = running.length > 0 ? earlier?.servers : serversFrom(process.env);
    const state = {
      passwords: newPasswords(earlier?.passwords),
      ports,
      ...(servers && { servers }),
      watch,
      monitorPassword: earlier?.monitorPassword ?? newPassword(),
      processes: earlier?.processes ?? {},
    };
    writeState(stateFile, state);

    // They take as long to build as RabbitMQ takes to start. A failure is handled where it is awaited.
    const pages = waitForAll([buildCatalogue(progress), buildConsole(progress)]);
    pages.catch(() => {});
    const admin = servers ?? (await backingServicesUp(stackDirectory, { progress, ...serverOptions }));
    const place = placeOf(state, admin);
    const services = await provisionSystem({ ...place, passwords: state.passwords });
    await provisionMonitor(place, state.monitorPassword);
    progress("broker and databases are provisioned");
    await waitForAll(serviceNames.map((name) => migrate(name, services[name])));
    progress("databases are migrated");
    await pages;

    const started = { ...state, admin };
    await startParts(started, partsOfState(started), progress);
    return this.addresses();
  },

  control: new LocalControl(stackDirectory),

  async stop({ purge, progress }) {
    const state = localState();
    if (!state) return;
    await waitForAll(
      runningParts(state).map(async (name) => {
        await stopProcess(state.processes[name]);
        progress(`${name} is stopped`);
      }),
    );
    if (state.servers) {
      if (purge) await removeSystem(placeOf(state, state.servers));
    } else {
      await backingServicesDown(stackDirectory, { purge });
      progress("rabbitmq and postgres are stopped");
    }
    const { passwords, monitorPassword } = state;
    if (!purge)
      return writeState(stateFile, { passwords, ...(monitorPassword && { monitorPassword }), processes: {} });
    removeLocalIssuer();
    for (const path of [stateFile, logDirectory]) rmSync(path, { recursive: true, force: true });
  },

  async restart(part, progress) {
    const state = localState();
    const name = partNames.find((one) => one === part);
    if (!name) throw new Error(`there is no part "${part}" to restart: use ${partNames.join(", ")}`);
    await stopProcess(state?.processes[name]);
    progress(`${name} is stopped`);
    await this.start({ progress, watch: state?.watch ?? false });
  },

  status: () => localStatus(localState()),

  logs: localLogs,

  addresses(): Addresses {
    const state = localState();
    const { rabbitmq, postgres } = ownServers();
    const own = rabbitmq &&
      postgres && {
        AMQP_URL: rabbitmq.amqpUrl,
        RABBITMQ_MANAGEMENT_URL: rabbitmq.managementUrl,
        DATABASE_URL: postgres.databaseUrl,
      };
    const servers = state?.servers ?? own;
    if (!state?.ports || !servers) throw new Error("the system is not running: start it with make up");
    return { ports: state.ports, servers };
  },

  broker() {
    const { RABBITMQ_MANAGEMENT_URL } = this.addresses().servers;
    return { managementUrl: RABBITMQ_MANAGEMENT_URL, ...namesOn(localState()?.servers) };
  },

  psql(service) {
    const program = postgresProgram("psql");
    if (!program) throw new Error("there is no psql here: install PostgreSQL's client programs");
    const state = localState();
    const { servers } = this.addresses();
    if (!state) return;
    const environment = serviceEnvironment(service, {
      ...placeOf(state, servers),
      passwords: state.passwords,
    });
    const url = environment[variableOf(service, "MIGRATION_DATABASE_URL")] ?? "";
    process.exitCode = spawnSync(program, [url], { stdio: "inherit" }).status ?? 1;
  },
};

/** Starts the parts that do not run, restarts those whose code or settings changed, and returns when all are ready. */
async function startParts(state: StartableState, parts: readonly Part[], progress: Progress): Promise<void> {
  const processes: Partial<Record<PartName, PartRecord>> = { ...state.processes };
  const fingerprints = new Map(
    parts.map((part) => [part, fingerprintOf(part, state.watch === true && part.member !== undefined)]),
  );
  const outdated = [...fingerprints].filter(([{ name }, fingerprint]) => {
    const record = processes[name];
    return !isRunning(record) || record.fingerprint !== fingerprint;
  });
  await waitForAll(
    outdated.map(async ([{ name }]) => {
      if (!isRunning(processes[name])) return;
      progress(`${name} restarts: its code or its settings changed`);
      await stopProcess(processes[name]);
    }),
  );
  for (const [part, fingerprint] of outdated) {
    processes[part.name] = { ...(await startPart(part)), fingerprint };
    writeState(stateFile, { ...state, processes });
  }
  const started = outdated.map(([{ name }]) => name);
  if (started.length < parts.length)
    progress(`${parts.length - started.length} of ${parts.length} parts are up to date`);
  await untilReady(
    state.ports,
    (name) => requireRunning(name, processes[name], logFile(name)),
    (name) => started.includes(name) && progress(`${name} is ready`),
  );
}

function portsInUse(state: LocalState | undefined, running: readonly PartName[]): Partial<Ports> {
  if (!state?.ports) return {};
  const { ports } = state;
  const used = Object.fromEntries(
    running.flatMap((name) => [name, healthPortNameOf(name)]).map((name) => [name, ports[name]]),
  );
  return running.includes("maildev") ? { ...used, smtp: ports.smtp } : used;
}

async function migrate(name: ServiceName, env: Readonly<Record<string, string>>): Promise<void> {
  await runToEnd({
    what: `migrate the database of ${name}`,
    args: [resolve(root, `services/${name}/src/migrate.ts`)],
    env: { ...userEnvironment(), ...env },
    logFile: logFile(`${name}.migrate`),
  });
}
