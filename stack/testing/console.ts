import { join } from "node:path";
import { freePort, StopWaiting, waitFor } from "@rabbit-contract/messaging/testing";
import { authEnvironment } from "@rabbit-contract/service/testing";
import { type ServiceName, serviceNames, variableOf } from "../names.ts";
import { root } from "../paths.ts";
import { monitorUrl, newPassword, provisionMonitor } from "../provision.ts";
import { launch } from "./service.ts";
import type { TestSystem } from "./system.ts";

/** A real process of the console. */
export interface TestConsole {
  /** Without a slash at the end. */
  readonly url: string;
  /** All it has printed so far. */
  log(): string;
  stop(): Promise<number | null>;
}

/** Starts the console of a running system, with its broker user. @param env further variables */
export async function startConsole(
  { place, service }: Pick<TestSystem, "place" | "service">,
  env: Readonly<Record<string, string>> = {},
): Promise<TestConsole> {
  const password = newPassword();
  await provisionMonitor(place, password);
  const port = Number(env.CONSOLE_PORT ?? (await freePort(0)));
  const urls = (name: ServiceName) => ({
    [variableOf("console", `${name.toUpperCase()}_URL`)]: service(name).url,
    [variableOf("console", `${name.toUpperCase()}_ADMIN_URL`)]: service(name).adminUrl,
  });
  const running = launch([join(root, "console/src/main.ts")], "bun", {
    ...authEnvironment,
    CONSOLE_PORT: String(port),
    CONSOLE_RABBITMQ_MANAGEMENT_URL: monitorUrl(place, password),
    CONSOLE_VIRTUAL_HOST: place.virtualHost,
    CONSOLE_AUTH_CLIENT_ID: "console",
    ...Object.assign({}, ...serviceNames.map(urls)),
    ...env,
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(
    async () => {
      if (running.hasEnded()) throw new StopWaiting(`the console ended while starting:\n${running.log()}`);
      return (await fetch(`${url}/health/live`)).ok;
    },
    { what: "the console to be ready", timeout: 60_000 },
  );
  return { url, log: running.log, stop: () => running.stop() };
}
