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
  /** Other files of the project that it runs. */
  readonly files?: readonly string[];
}

export const partNames = ["maildev", ...serviceNames, "catalogue"] as const;
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
  ...{ catalogue: 8000, maildev: 1080, smtp: 1025 },
};

/** The port on which a part says whether it is ready: a service's admin port. */
export function healthPortNameOf(part: PartName): PartName | AdminPort {
  const service = serviceNames.find((name) => name === part);
  return service === undefined ? part : adminPortOf(service);
}

/**
 * The ports of the parts: as set in the environment (ORDER_PORT and so on), else as before, else the usual ones.
 * Those of maildev and of the services' administration move to free ports when their usual ones are taken; those of the
 * APIs and of the catalogue do not, since clients expect them where they are.
 *
 * @param used ports that parts of this stack listen on at this moment
 * @throws Error that names the taken ports and how to choose others
 */
export async function choosePorts(env: NodeJS.ProcessEnv, used: Partial<Ports>): Promise<Ports> {
  const wish = (name: keyof Ports) => portFrom(env, name) ?? used[name] ?? wellKnownPorts[name];
  const taken: string[] = [];
  for (const name of [...serviceNames, "catalogue"] as const) {
    const port = wish(name);
    if (port !== used[name] && !(await isPortFree(port))) taken.push(`${port} (${name})`);
  }
  if (taken.length > 0) {
    throw new Error(
      `cannot start: another program listens on port ${taken.join(", ")}. Stop it, or choose other ports, ` +
        "for example: make up CATALOGUE_PORT=8100 INVENTORY_PORT=8101 ORDER_PORT=8102 NOTIFICATION_PORT=8103",
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
  /** Whose tokens the services accept. */
  readonly authentication: Readonly<Record<string, string>>;
  /** Whether the services restart when their code changes. */
  readonly watch: boolean;
}

/** How each part is started, in the order in which they start. */
export function partsOf({ ports, services, authentication, watch }: PartsOptions): Part[] {
  const mail = {
    SMTP_URL: process.env.SMTP_URL ?? `smtp://127.0.0.1:${ports.smtp}`,
    MAIL_FROM: process.env.MAIL_FROM ?? "orders@example.com",
    OPERATORS_EMAIL: process.env.OPERATORS_EMAIL ?? "operators@example.com",
  };
  const maildev: Part = {
    name: "maildev",
    args: [
      resolve(root, "node_modules/maildev/bin/maildev"),
      ...["--ip", "127.0.0.1", "--web", String(ports.maildev), "--smtp", String(ports.smtp)],
    ],
    env: {},
  };
  const catalogue: Part = {
    name: "catalogue",
    args: [resolve(root, "stack/commands/catalogue.ts")],
    files: ["stack/commands/catalogue.ts"],
    env: { CATALOGUE_PORT: String(ports.catalogue) },
  };
  const service = (name: ServiceName): Part => ({
    name,
    member: `services/${name}`,
    args: [...(watch ? ["--watch", "--no-clear-screen"] : []), resolve(root, `services/${name}/src/main.ts`)],
    env: {
      ...authentication,
      ...withoutMigration(services[name]),
      [variableOf(name, "PORT")]: String(ports[name]),
      [variableOf(name, "ADMIN_PORT")]: String(ports[adminPortOf(name)]),
      ...(name === "notification" ? mail : {}),
    },
  });
  return [maildev, ...serviceNames.map(service), catalogue];
}
