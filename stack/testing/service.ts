import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { freePorts, StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";
import { authEnvironment } from "@rabbit-contract/service/testing";
import { recordOf } from "../local/process.ts";
import { denoProgram, findProgram } from "../local/programs.ts";
import { writeState } from "../local/state-file.ts";
import { type ServiceName, variableOf } from "../names.ts";
import { root } from "../paths.ts";
import { runtimeEnvironment } from "../runtime-environment.ts";
import { type BundleOptions, faultInjection, programOf, sourceOf } from "./bundles.ts";

export type Runtime = "bun" | "deno";

export interface ServiceOptions extends BundleOptions {
  /** @default the runtime that runs the test */
  readonly runtime?: Runtime;
  /** Whether to return only once `/health/ready` answers 200. @default true */
  readonly ready?: boolean;
  /**
   * Root of the sources that it runs from, inside the project, where packages are found. @default the project, or what
   * `make test` has bundled of it
   */
  readonly tree?: string;
}

/** A real process of a service. */
export interface TestService {
  /** Where its API listens, without a slash at the end. */
  readonly url: string;
  /** Where its admin port listens, without a slash at the end. */
  readonly adminUrl: string;
  readonly pid: number;
  /** Resolves once it has ended, with the exit code, or `null` when a signal killed it. */
  readonly exited: Promise<number | null>;
  hasEnded(): boolean;
  /** All it has printed so far. */
  log(): string;
  /**
   * Sends the signal and returns the exit code (`null` when the signal killed it) once the process is gone. One that
   * is still there after 20 seconds is killed, and an error with its log thrown. Does nothing once it has ended.
   */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const current: Runtime = "Deno" in globalThis ? "deno" : "bun";

/** Starts a service on free ports, unless `env` names them. @throws Error with its log when it ends or never gets ready */
export async function startService(
  name: ServiceName,
  env: Readonly<Record<string, string>>,
  { runtime = current, ready = true, tree, faultPoints = false }: ServiceOptions = {},
): Promise<TestService> {
  const [portName, adminPortName] = [variableOf(name, "PORT"), variableOf(name, "ADMIN_PORT")];
  const [freePort, freeAdminPort] = await freePorts(0, 0);
  const port = env[portName] ?? String(freePort);
  const adminPort = env[adminPortName] ?? String(freeAdminPort);
  const program = tree === undefined ? programOf(name, runtime, { faultPoints }) : sourceOf(name, tree);
  const running = launch([program], runtime, {
    ...(faultPoints && { BUN_OPTIONS: `--conditions=${faultInjection}`, DENO_CONDITIONS: faultInjection }),
    // There is no load balancer to wait for.
    DRAIN_DELAY: "0ms",
    ...authEnvironment,
    ...env,
    [portName]: port,
    [adminPortName]: adminPort,
  });
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const service: TestService = { url: `http://127.0.0.1:${port}`, adminUrl, ...running };
  if (!ready) return service;
  try {
    await waitFor(
      async () => {
        if (running.hasEnded()) throw new StopWaiting(`${name} ended while starting:\n${running.log()}`);
        const response = await fetch(`${adminUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) });
        const answer = await response.text();
        if (!response.ok)
          throw new Error(`it answers ${response.status} ${answer}; it printed:\n${running.log()}`);
        return true;
      },
      { what: `${name} to be ready`, timeout: 90_000 },
    );
    return service;
  } catch (error) {
    await service.stop("SIGKILL");
    throw error;
  }
}

/** Runs a service's migrate command to its end. @throws Error with what it printed when it fails */
export async function migrate(name: ServiceName, env: Readonly<Record<string, string>>): Promise<void> {
  const running = launch([`services/${name}/src/migrate.ts`], current, env);
  const code = await running.exited;
  if (code !== 0) throw new Error(`the migration of ${name} ended with ${code}:\n${running.log()}`);
}

/** Starts a program of the project and keeps what it prints. */
export function launch(args: readonly string[], runtime: Runtime, env: Readonly<Record<string, string>>) {
  const start = runtime === "deno" ? ["run", "-A", "--no-check"] : [];
  return launchProgram(executableOf(runtime), [...start, ...args], env);
}

/** Starts a program, in the root of the project, and keeps what it prints. */
export function launchProgram(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
) {
  const child = spawn(program, args, {
    cwd: root,
    env: { ...process.env, ...runtimeEnvironment, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let log = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  const forget = remember(child);
  let ended = false;
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    // Not "exit": what it has printed may still be on its way then.
    child.once("close", (code: number | null) => {
      ended = true;
      forget();
      resolve(code);
    });
  });
  // The caller that awaits it gets the error; until then it must not end the test run.
  exited.catch(() => {});
  return {
    pid: child.pid ?? 0,
    exited,
    log: () => log,
    hasEnded: () => ended,
    async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
      if (ended) return exited;
      // Deno's own child.kill() would report the signal as the end, whatever the process exits with.
      if (child.pid !== undefined) process.kill(child.pid, signal);
      const timer = setTimeout(() => child.kill("SIGKILL"), 20_000);
      const before = Date.now();
      const code = await exited;
      clearTimeout(timer);
      if (Date.now() - before < 20_000) return code;
      throw new Error(`${args.join(" ")} did not end within 20 s of ${signal}. It printed:\n${log}`);
    },
  };
}

/** Records the process, so that `make test` can stop it when the run is interrupted. */
function remember(child: ChildProcess): () => void {
  const directory = process.env.TEST_RUN_DIRECTORY;
  if (!directory || child.pid === undefined) return () => {};
  const file = join(directory, "processes", `${child.pid}.json`);
  mkdirSync(join(directory, "processes"), { recursive: true });
  writeState(file, recordOf(child.pid));
  return () => rmSync(file, { force: true });
}

export function executableOf(runtime: Runtime): string {
  if (runtime === current) return process.execPath;
  if (runtime === "deno") return denoProgram();
  const program = findProgram("bun", join(root, ".local/bun/node_modules/.bin"));
  if (program) return program;
  throw new Error("cannot find Bun to run a service with: run make test, which installs it");
}
