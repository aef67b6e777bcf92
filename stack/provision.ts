import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import definitions from "@orders/generated/definitions" with { type: "json" };
import { applyTopology } from "@rabbit-contract/contract/topology";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { changedUrl } from "@rabbit-contract/messaging/testing";
import {
  closeCommonDatabases,
  createServiceDatabase,
  dropServiceDatabase,
  type ServicePasswords,
  withClient,
} from "@rabbit-contract/postgres/provision";
import { perService, type ServiceName, serviceNames, variableOf } from "./names.ts";

/** The servers, with the credentials of their administrator. */
export interface AdminEnvironment {
  readonly AMQP_URL: string;
  readonly RABBITMQ_MANAGEMENT_URL: string;
  readonly DATABASE_URL: string;
}

export interface SystemPlace {
  readonly admin: AdminEnvironment;
  /** On the broker; created when missing. */
  readonly virtualHost: string;
  /** Prefix for the names of databases, roles and broker users, so that several systems can share the servers. */
  readonly prefix?: string;
}

/** The variables that tell one service where its broker and its database are, with its credentials. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

/** The value of a variable X, or the content of the file that X_FILE names. Empty counts as not set. */
function fromEnvironment(env: NodeJS.ProcessEnv, name: string): string | undefined {
  const file = env[`${name}_FILE`];
  return (file ? readFileSync(file, "utf8").trimEnd() : env[name]) || undefined;
}

/**
 * The servers that the environment names.
 * @throws Error when only some of the three variables are set
 */
export function serversFrom(env: NodeJS.ProcessEnv): AdminEnvironment | undefined {
  const values = adminVariables.map((name) => fromEnvironment(env, name));
  const [AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL] = values;
  if (AMQP_URL && RABBITMQ_MANAGEMENT_URL && DATABASE_URL) {
    return { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL };
  }
  const missing = adminVariables.filter((_, index) => !values[index]);
  if (missing.length === 3) return undefined;
  throw new Error(
    `cannot use the servers in the environment: ${missing.join(" and ")} not set. Set AMQP_URL, ` +
      "RABBITMQ_MANAGEMENT_URL and DATABASE_URL, or none of them to have servers started.",
  );
}

const adminVariables = ["AMQP_URL", "RABBITMQ_MANAGEMENT_URL", "DATABASE_URL"] as const;

/** Each service has three, so that one that leaks opens only its own server or role. */
export type Passwords = Readonly<Record<ServiceName, ServicePasswords & { readonly broker: string }>>;

/** The passwords in the URLs that the services get: ORDER_AMQP_URL, ORDER_DATABASE_URL and so on. */
export function passwordsFrom(env: NodeJS.ProcessEnv): Passwords {
  const password = (variable: string) => passwordIn(env, variable);
  return perService((service) => ({
    broker: password(variableOf(service, "AMQP_URL")),
    running: password(variableOf(service, "DATABASE_URL")),
    migration: password(variableOf(service, "MIGRATION_DATABASE_URL")),
  }));
}

/** The password of the broker's user for the console. */
export function monitorPasswordFrom(env: NodeJS.ProcessEnv): string {
  return passwordIn(env, "CONSOLE_RABBITMQ_MANAGEMENT_URL");
}

function passwordIn(env: NodeJS.ProcessEnv, variable: string): string {
  const url = fromEnvironment(env, variable);
  const value = url && URL.canParse(url) ? decodeURIComponent(new URL(url).password) : "";
  if (value !== "") return value;
  throw new Error(`${variable} must be a URL with the password that is to be set`);
}

export function newPassword(): string {
  return randomBytes(18).toString("base64url");
}

/** New ones where `known` has none: an earlier version may have stored fewer. */
export function newPasswords(known?: Readonly<Partial<Record<ServiceName, object>>>): Passwords {
  return perService((service) => ({
    broker: newPassword(),
    running: newPassword(),
    migration: newPassword(),
    ...known?.[service],
  }));
}

/**
 * Creates the databases, the roles, the virtual host, the topology and the broker's users on the given servers.
 * Safe to repeat: what exists is kept, passwords are set again.
 */
export async function provisionSystem(
  place: SystemPlace & { readonly passwords: Passwords },
): Promise<Readonly<Record<ServiceName, ServiceEnvironment>>> {
  const { admin, virtualHost, prefix = "", passwords } = place;
  await createVirtualHost(admin.RABBITMQ_MANAGEMENT_URL, virtualHost);
  await applyTopology({
    definitions,
    managementUrl: admin.RABBITMQ_MANAGEMENT_URL,
    virtualHost,
    passwords: perService((service) => passwords[service].broker),
    userPrefix: prefix,
  });
  await withClient(admin.DATABASE_URL, async (administrator) => {
    // Without a prefix, no other system uses these servers.
    if (prefix === "") await closeCommonDatabases(administrator);
    for (const service of serviceNames)
      await createServiceDatabase(administrator, {
        name: `${prefix}${service}`,
        passwords: passwords[service],
      });
  });
  return perService((service) => serviceEnvironment(service, place));
}

/** The URLs of a service's broker user and of its two database roles. */
export function serviceEnvironment(
  service: ServiceName,
  place: SystemPlace & { readonly passwords: Passwords },
): ServiceEnvironment {
  const { admin, virtualHost, prefix = "", passwords } = place;
  const user = `${prefix}${service}`;
  const { broker, running, migration } = passwords[service];
  const database = (role: string, password: string) =>
    changedUrl(admin.DATABASE_URL, { path: user, user: role, password });
  return {
    [variableOf(service, "AMQP_URL")]: changedUrl(admin.AMQP_URL, {
      path: virtualHost,
      user,
      password: broker,
    }),
    [variableOf(service, "DATABASE_URL")]: database(user, running),
    [variableOf(service, "MIGRATION_DATABASE_URL")]: database(`${user}_migration`, migration),
  };
}

/** The broker's user for the console: it may read what the management interface shows, and nothing else. */
export async function provisionMonitor({ admin, virtualHost, prefix = "" }: SystemPlace, password: string) {
  const management = new ManagementApi(admin.RABBITMQ_MANAGEMENT_URL);
  const user = encodeURIComponent(monitorName(prefix));
  await management.put(`users/${user}`, { password, tags: "monitoring" });
  // Without permissions, the queues of the virtual host are not shown; these patterns allow nothing else.
  const nothing = { configure: "^$", write: "^$", read: "^$" };
  await management.put(`permissions/${encodeURIComponent(virtualHost)}/${user}`, nothing);
}

/** The URL through which the console reads the broker's management interface. */
export function monitorUrl({ admin, prefix = "" }: SystemPlace, password: string): string {
  return changedUrl(admin.RABBITMQ_MANAGEMENT_URL, { user: monitorName(prefix), password });
}

const monitorName = (prefix: string) => `${prefix}console`;

/** Deletes what `provisionSystem` and `provisionMonitor` created for this place, with all messages and rows in it. */
export async function removeSystem({ admin, virtualHost, prefix = "" }: SystemPlace): Promise<void> {
  const management = new ManagementApi(admin.RABBITMQ_MANAGEMENT_URL);
  await management.deleteIfPresent(`vhosts/${encodeURIComponent(virtualHost)}`);
  await management.deleteIfPresent(`users/${encodeURIComponent(monitorName(prefix))}`);
  await withClient(admin.DATABASE_URL, async (administrator) => {
    for (const service of serviceNames) {
      await management.deleteIfPresent(`users/${encodeURIComponent(`${prefix}${service}`)}`);
      await dropServiceDatabase(administrator, `${prefix}${service}`);
    }
  });
}

/** Creates the virtual host when it is missing, and gives the administrator all permissions on it. */
export async function createVirtualHost(managementUrl: string, name: string): Promise<void> {
  const management = new ManagementApi(managementUrl);
  const host = encodeURIComponent(name);
  const administrator = new URL(managementUrl).username;
  await management.put(`vhosts/${host}`);
  await management.put(`permissions/${host}/${administrator}`, { configure: ".*", write: ".*", read: ".*" });
}
