/** The real services with their default settings. */

import { perService, type ServiceName, serviceNames } from "@orders/stack";
import { newPasswords, provisionSystem, type ServiceEnvironment } from "@orders/stack/provision";
import { startService, type TestService } from "@orders/stack/testing/service";
import { migrateAll } from "@orders/stack/testing/system";
import { changedUrl, waitForAll } from "@rabbit-contract/messaging/testing";
import pg from "pg";
import { startCollector } from "./collector.ts";
import { customers } from "./load/customers.ts";
import { skuOf } from "./load/orders.ts";
import type { RunningPipeline } from "./pipeline.ts";
import type { Servers } from "./servers.ts";

export interface SystemPlace {
  readonly servers: Servers;
  /** Name of the virtual host; also the prefix of databases and users. */
  readonly name: string;
  /** Products, each with plenty of stock. @default 1_000 */
  readonly products?: number;
  /** Processes of each service. @default 1 */
  readonly replicas?: number;
}

export interface SystemOptions extends SystemPlace {
  /** Whether traces are sent and metrics scraped, as in operation. @default true */
  readonly observed?: boolean;
  /** Root of the sources that the services run from. @default the project */
  readonly tree?: string | undefined;
  /** Further environment of every service. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Restores the defaults of settings that tests raise; an empty variable counts as unset. */
export const defaultLimits = { RATE_LIMIT: "", CONCURRENCY_LIMIT: "", REFUSAL_LIMIT: "" };

export interface System extends RunningPipeline {
  readonly environments: Readonly<Record<ServiceName, ServiceEnvironment>>;
  readonly services: ReadonlyMap<ServiceName, readonly TestService[]>;
  readonly databases: Readonly<Record<ServiceName, pg.Pool>>;
}

/** Creates the virtual host, the databases and the tables, without starting a process. */
export async function provision({ servers, name }: SystemPlace) {
  const passwords = newPasswords();
  const { admin } = servers;
  const environments = await provisionSystem({ admin, virtualHost: name, prefix: `${name}_`, passwords });
  await migrateAll(environments);
  return environments;
}

export async function startSystem(options: SystemOptions): Promise<System> {
  const { servers, name, products, replicas = 1, env = {}, observed = true, tree } = options;
  const collector = observed ? startCollector() : undefined;
  const given = { ...defaultLimits, ...collector?.env, ...env };
  const environments = await provision(options);
  const databases = databasesOf(servers, name);
  await stockProducts(databases.inventory, databases.order, products);
  const services = new Map<ServiceName, TestService[]>();
  for (const service of serviceNames) {
    const each = Array.from({ length: replicas }, () =>
      startService(service, { ...environments[service], ...given }, tree === undefined ? {} : { tree }),
    );
    services.set(service, await waitForAll(each));
  }
  collector?.scrape([...services.values()].flat().map(({ adminUrl }) => adminUrl));
  const pids = (service: ServiceName) => services.get(service)?.map(({ pid }) => pid) ?? [];
  return {
    urls: services.get("order")?.map(({ url }) => url) ?? [],
    path: "/orders",
    customers: await customers(),
    environments,
    services,
    databases,
    processes: new Map([
      ...serviceNames.map((service) => [service, pids(service)] as const),
      ...serverProcesses(servers),
    ]),
    orderDatabase: databases.order,
    notificationDatabase: databases.notification,
    async stop() {
      await waitForAll([...services.values()].flat().map((service) => service.stop()));
      await Promise.all(Object.values(databases).map((pool) => pool.end()));
      await collector?.stop();
    },
  };
}

/** The processes that all pipelines share. */
export function serverProcesses({ pids }: Servers): [string, readonly number[]][] {
  return Object.entries(pids);
}

export function databasesOf(servers: Servers, name: string): Record<ServiceName, pg.Pool> {
  return perService((service) => poolOf(servers, `${name}_${service}`));
}

export function poolOf({ admin }: Servers, database: string): pg.Pool {
  const pool = new pg.Pool({ connectionString: changedUrl(admin.DATABASE_URL, { path: database }), max: 2 });
  pool.on("error", () => {}); // when an interruption stops the server, a query reports the error
  return pool;
}

/** Inserts products like the services would, with their stock movements, but without a thousand calls. */
export async function stockProducts(inventory: pg.Pool, order: pg.Pool, products = 1_000): Promise<void> {
  const skus = Array.from({ length: products }, (_, number) => skuOf(number));
  await inventory.query(
    `with stocked as (
       insert into products (sku, version, name, unit_price_amount, currency, on_hand)
       select sku, 1, 'Product ' || sku, 1250, 'EUR', 1000000000 from unnest($1::text[]) as sku
       returning sku, on_hand)
     insert into stock_movements (id, sku, quantity, reason)
     select gen_random_uuid(), sku, on_hand, 'receipt' from stocked`,
    [skus],
  );
  await order.query(
    `insert into products (sku, version, name, unit_price_amount, currency)
     select sku, 1, 'Product ' || sku, 1250, 'EUR' from unnest($1::text[]) as sku`,
    [skus],
  );
}
