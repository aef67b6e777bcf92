/** Starts the hand-tuned floor of the order flow: its own virtual host, databases and three processes. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { createVirtualHost } from "@orders/stack/provision";
import { changedUrl, waitForAll } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";
import { anonymousCustomers } from "../../load/customers.ts";
import { skuOf } from "../../load/orders.ts";
import type { Pipeline } from "../../pipeline.ts";
import type { Servers } from "../../servers.ts";
import { poolOf } from "../../system.ts";
import { launchFloor } from "../launch.ts";

const names = ["inventory", "order", "notification"] as const;
type Name = (typeof names)[number];
const folder = fileURLToPath(new URL(".", import.meta.url).href);

const routes = [
  { exchange: "orders", queue: "inventory.orders", keys: ["order.created"] },
  { exchange: "inventory", queue: "order.stock", keys: ["stock.reserved", "stock.rejected"] },
  { exchange: "orders", queue: "notification.orders", keys: ["order.confirmed", "order.rejected"] },
];

export async function startFloor(
  servers: Servers,
  { name = "floor", products = 1_000 } = {},
): Promise<Pipeline & { stop(): Promise<void> }> {
  const { admin } = servers;
  await createVirtualHost(admin.RABBITMQ_MANAGEMENT_URL, name);
  const amqpUrl = changedUrl(admin.AMQP_URL, { path: name });
  await declare(amqpUrl);
  const administrator = poolOf(servers, "postgres");
  for (const service of names)
    await administrator.query(`create database ${name}_${service} template template0`);
  await administrator.end();
  const pools = {
    inventory: poolOf(servers, `${name}_inventory`),
    order: poolOf(servers, `${name}_order`),
    notification: poolOf(servers, `${name}_notification`),
  };
  const schema = readFileSync(`${folder}/schema.sql`, "utf8");
  for (const service of names) await pools[service].query(schema);
  const skus = Array.from({ length: products }, (_, number) => skuOf(number));
  await pools.inventory.query("insert into stock select unnest($1::text[]), 1000000000", [skus]);
  await pools.order.query(
    "insert into prices select sku, 'Product ' || sku, 1250 from unnest($1::text[]) as sku",
    [skus],
  );
  const begin = (service: Name) => start(service, servers, name, amqpUrl);
  const [inventory, order, notification] = await waitForAll([
    begin("inventory"),
    begin("order"),
    begin("notification"),
  ]);
  return {
    name: "floor",
    urls: [order.url],
    path: "/orders",
    customers: anonymousCustomers,
    processes: new Map([
      ["inventory", [inventory.pid]],
      ["order", [order.pid]],
      ["notification", [notification.pid]],
      ["rabbitmq", [servers.pids.rabbitmq]],
      ["postgres", [servers.pids.postgres]],
    ]),
    orderDatabase: pools.order,
    notificationDatabase: pools.notification,
    async stop() {
      await waitForAll([inventory, order, notification].map((one) => one.stop()));
      await Promise.all(Object.values(pools).map((pool) => pool.end()));
    },
  };
}

async function declare(url: string): Promise<void> {
  const model = await connect(url);
  const channel = await model.createChannel();
  for (const { exchange, queue, keys } of routes) {
    await channel.assertExchange(exchange, "direct", { durable: true });
    const quorum = { "x-queue-type": "quorum", "x-delivery-limit": 1000000 };
    await channel.assertQueue(queue, { durable: true, arguments: quorum });
    for (const key of keys) await channel.bindQueue(queue, exchange, key);
  }
  await model.close();
}

function start(service: Name, servers: Servers, name: string, amqpUrl: string) {
  const databaseUrl = changedUrl(servers.admin.DATABASE_URL, { path: `${name}_${service}` });
  const environment = { AMQP_URL: amqpUrl, DATABASE_URL: databaseUrl };
  return launchFloor(`the floor's ${service}`, `${folder}/${service}.ts`, environment);
}
