import { resolve } from "node:path";

import { freePorts, isPortFree } from "@rabbit-contract/messaging/testing";
import {
  type AdminPort,
  adminPortOf,
  defaultAdminPorts,
  defaultPorts,
  type ServiceName,
  serviceNames,
  variableOf,
} from "../names.ts";

import { root } from "../paths.ts";
import type { ServiceEnvironment } from "../provision.ts";

/** A local process of the system that runs on Bun, beside the broker and the database. */
export interface Part {
  readonly name: PartName;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the workspace member whose code it runs. */
  readonly member?: string;
}

export const partNames = ["maildev", ...serviceNames, "console"] as const;
export type PartName = (typeof partNames)[number];

/** Ports of 127.0.0.1. */
export type Ports = Readonly<Record<PartName | AdminPort | "smtp", number>>;

const adminPorts = serviceNames.map(adminPortOf);

export const portNames = [...partNames, ...adminPorts, "smtp"] as const;

export function portsFrom(portOf: (name: keyof Ports) => number): Ports {
  return Object.fromEntries(portNames.map((name) => [name, portOf(name)])) as unknown as Ports;
}

const wellKnownPorts: Ports = {
  ...defaultPorts,
  ...defaultAdminPorts,
  ...{ console: 8000, maildev: 1080, smtp: 1025 },
};

/** The port on which a part says whether it is ready: a service's admin port. */
export function healthPortNameOf(part: PartName): PartName | AdminPort {
  const service = serviceNames.find((name) => name === part);
  return service === undefined ? part : adminPortOf(service);
}

/**
 * The ports of the parts: as set in the environment (ORDER_PORT and so on), else as before, else the usual ones. Those
 * of maildev and the admin ports move to free ones when their usual ones are taken; those of the APIs and the console
 * do not, because clients expect them there.
 *
 * @param used ports that parts of this stack listen on at this moment
 * @param before ports that they had, of which some may be free, because their part is about to start again
 * @throws Error that names the taken ports and how to choose others
 */
export async function choosePorts(
  env: NodeJS.ProcessEnv,
  used: Partial<Ports>,
  before = used,
): Promise<Ports> {
  const wish = (name: keyof Ports) => portFrom(env, name) ?? before[name] ?? wellKnownPorts[name];
  const taken: string[] = [];
  for (const name of [...serviceNames, "console"] as const) {
    const port = wish(name);
    if (port !== used[name] && !(await isPortFree(port))) taken.push(`${port} (${name})`);
  }
  if (taken.length > 0) {
    throw new Error(
      `cannot start: another program listens on port ${taken.join(", ")}. Stop it, or choose other ports, ` +
        "for example: make up CONSOLE_PORT=8100 INVENTORY_PORT=8101 ORDER_PORT=8102 NOTIFICATION_PORT=8103",
    );
  }
  const movable = [...adminPorts, "maildev", "smtp"] as const;
  const searched = movable.filter((name) => wish(name) !== used[name]);
  const found = await freePorts(...searched.map(wish));
  const moved = Object.fromEntries(searched.map((name, index) => [name, found[index] ?? 0]));
  return { ...portsFrom(wish), ...moved };
}

function portFrom(env: NodeJS.ProcessEnv, name: keyof Ports): number | undefined {
  const variable = variableOf(name, "PORT");
  const text = env[variable];
  if (!text) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new Error(`${variable} is "${text}": it must be a port number, 1 to 65535`);
}

/** A running service does not need the role that owns its tables. */
function withoutMigration(environment: ServiceEnvironment): ServiceEnvironment {
  const kept = Object.entries(environment).filter(([name]) => !name.endsWith("_MIGRATION_DATABASE_URL"));
  return Object.fromEntries(kept);
}

export interface PartsOptions {
  readonly ports: Ports;
  readonly services: Readonly<Record<ServiceName, ServiceEnvironment>>;
  /** Variables of the console that are specific to this machine. */
  readonly console: Readonly<Record<string, string>>;
  /** The issuer whose tokens the services accept. */
  readonly authentication: Readonly<Record<string, string>>;
  /** Whether the services restart when their code changes. */
  readonly watch: boolean;
}

/** How each part is started, in the order in which they start. */
export function partsOf({ ports, services, authentication, console, watch }: PartsOptions): Part[] {
  const mail = {
    SMTP_URL: process.env.SMTP_URL ?? `smtp://127.0.0.1:${ports.smtp}`,
    MAIL_FROM: process.env.MAIL_FROM ?? "orders@example.com",
    OPERATORS_EMAIL: process.env.OPERATORS_EMAIL ?? "operators@example.com",
  };
  const watched = watch ? ["--watch", "--no-clear-screen"] : [];
  const maildev: Part = {
    name: "maildev",
    args: [
      resolve(root, "node_modules/maildev/bin/maildev"),
      ...["--ip", "127.0.0.1", "--web", String(ports.maildev), "--smtp", String(ports.smtp)],
    ],
    env: {},
  };
  const urls = serviceNames.map((name) => ({
    [variableOf("console", variableOf(name, "URL"))]: `http://127.0.0.1:${ports[name]}`,
    [variableOf("console", variableOf(name, "ADMIN_URL"))]: `http://127.0.0.1:${ports[adminPortOf(name)]}`,
  }));
  const consolePart: Part = {
    name: "console",
    member: "console",
    args: [...watched, resolve(root, "console/src/main.ts")],
    env: {
      ...authentication,
      ...Object.assign({}, ...urls),
      ...console,
      CONSOLE_PORT: String(ports.console),
    },
  };
  const service = (name: ServiceName): Part => ({
    name,
    member: `services/${name}`,
    args: [...watched, resolve(root, `services/${name}/src/main.ts`)],
    env: {
      ...authentication,
      ...withoutMigration(services[name]),
      [variableOf(name, "PORT")]: String(ports[name]),
      [variableOf(name, "ADMIN_PORT")]: String(ports[adminPortOf(name)]),
      ...(name === "notification" ? mail : {}),
    },
  });
  return [maildev, ...serviceNames.map(service), consolePart];
}
