import { randomBytes } from "node:crypto";
import { applyTopology } from "@rabbit-contract/contract/topology/apply";
import { Management } from "@rabbit-contract/messaging/testing/management";
import { changedUrl } from "@rabbit-contract/messaging/testing/urls";
import {
  closeCommonDatabases,
  createServiceDatabase,
  dropServiceDatabase,
  type ServicePasswords,
} from "@rabbit-contract/postgres/testing/databases";
import { type ServiceName, serviceNames } from "./names.ts";

/** Where the administrator finds the broker and the database server. */
export interface AdminEnvironment {
  readonly AMQP_URL: string;
  readonly RABBITMQ_MANAGEMENT_URL: string;
  readonly DATABASE_URL: string;
}

export interface SystemPlace {
  readonly admin: AdminEnvironment;
  /** On the broker; made when missing. */
  readonly virtualHost: string;
  /** Before the names of databases, roles and broker users, so that several systems can share the servers. */
  readonly prefix?: string;
}

/** The variables that tell one service where its broker and its database are, and with what passwords. */
export type ServiceEnvironment = Readonly<Record<string, string>>;

/** All three variables or none: a system half on given servers is nobody's wish. */
export function givenAdmin(env: NodeJS.ProcessEnv): AdminEnvironment | undefined {
  const { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL } = env;
  if (AMQP_URL && RABBITMQ_MANAGEMENT_URL && DATABASE_URL) {
    return { AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL };
  }
  const missing = Object.entries({ AMQP_URL, RABBITMQ_MANAGEMENT_URL, DATABASE_URL }).flatMap(
    ([name, value]) => (value ? [] : [name]),
  );
  if (missing.length === 3) return undefined;
  throw new Error(
    `cannot use the servers given in the environment: ${missing.join(" and ")} not set. Set AMQP_URL, ` +
      "RABBITMQ_MANAGEMENT_URL and DATABASE_URL, or none of them to have servers started.",
  );
}

export type Passwords = Readonly<Record<ServiceName, ServicePasswords>>;

/** From INVENTORY_PASSWORD, INVENTORY_MIGRATION_PASSWORD and so on. */
export function passwordsFrom(env: NodeJS.ProcessEnv): Passwords {
  const password = (variable: string) => {
    const value = env[variable];
    if (value) return value;
    throw new Error(`${variable} is not set: it is to be the password of a service, or of its migrations`);
  };
  return passwordsOf((service) => ({
    running: password(`${service.toUpperCase()}_PASSWORD`),
    migration: password(`${service.toUpperCase()}_MIGRATION_PASSWORD`),
  }));
}

export function newPasswords(): Passwords {
  const password = () => randomBytes(18).toString("base64url");
  return passwordsOf(() => ({ running: password(), migration: password() }));
}

function passwordsOf(make: (service: ServiceName) => ServicePasswords): Passwords {
  return { inventory: make("inventory"), order: make("order"), notification: make("notification") };
}

/**
 * Brings the databases, the roles, the virtual host, the topology and the broker's users to the given servers.
 * Safe to repeat: what exists is kept, passwords are set anew.
 */
export async function provisionSystem(
  place: SystemPlace & { readonly passwords: Passwords },
): Promise<Readonly<Record<ServiceName, ServiceEnvironment>>> {
  const { admin, virtualHost, prefix = "", passwords } = place;
  await createVirtualHost(admin.RABBITMQ_MANAGEMENT_URL, virtualHost);
  // Without a prefix the servers are the system's alone.
  if (prefix === "") await closeCommonDatabases(admin.DATABASE_URL);
  await applyTopology({
    managementUrl: admin.RABBITMQ_MANAGEMENT_URL,
    virtualHost,
    passwords: Object.fromEntries(serviceNames.map((service) => [service, passwords[service].running])),
    userPrefix: prefix,
  });
  const environmentOf = async (service: ServiceName): Promise<ServiceEnvironment> => {
    const name = `${prefix}${service}`;
    const database = await createServiceDatabase({
      adminUrl: admin.DATABASE_URL,
      name,
      passwords: passwords[service],
    });
    const password = passwords[service].running;
    const variable = service.toUpperCase();
    return {
      [`${variable}_AMQP_URL`]: changedUrl(admin.AMQP_URL, { path: virtualHost, user: name, password }),
      [`${variable}_DATABASE_URL`]: database.databaseUrl,
      [`${variable}_MIGRATION_DATABASE_URL`]: database.migrationDatabaseUrl,
    };
  };
  return {
    inventory: await environmentOf("inventory"),
    order: await environmentOf("order"),
    notification: await environmentOf("notification"),
  };
}

/** Removes exactly what `provisionSystem` made for this place, with all messages and rows in it. */
export async function removeSystem({ admin, virtualHost, prefix = "" }: SystemPlace): Promise<void> {
  const management = new Management(admin.RABBITMQ_MANAGEMENT_URL);
  await management.delete(`vhosts/${encodeURIComponent(virtualHost)}`);
  for (const service of serviceNames) {
    await management.delete(`users/${encodeURIComponent(`${prefix}${service}`)}`);
    await dropServiceDatabase({ adminUrl: admin.DATABASE_URL, name: `${prefix}${service}` });
  }
}

/** Makes the virtual host when it is missing, and lets the administrator in. */
export async function createVirtualHost(managementUrl: string, name: string): Promise<void> {
  const management = new Management(managementUrl);
  const host = encodeURIComponent(name);
  const administrator = new URL(managementUrl).username;
  await management.put(`vhosts/${host}`);
  await management.put(`permissions/${host}/${administrator}`, { configure: ".*", write: ".*", read: ".*" });
}
