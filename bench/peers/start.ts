/** Starts the most likely alternative: the same flow in NestJS, TypeORM and @golevelup/nestjs-rabbitmq, on Node.js. */
import { fileURLToPath } from "node:url";
import { serviceNames } from "@orders/stack";
import { findProgram, outputOf } from "@orders/stack/programs";
import { createVirtualHost } from "@orders/stack/provision";
import { changedUrl } from "@rabbit-contract/messaging/testing";
import { launchFloor } from "../floors/launch.ts";
import { launchPipeline } from "../floors/pipeline.ts";
import { skuOf } from "../load/orders.ts";
import type { RunningPipeline } from "../pipeline.ts";
import { databasesOf, poolOf, type SystemPlace } from "../system.ts";

const folder = fileURLToPath(new URL("nestjs/", import.meta.url).href);

/** Installs its packages from its own lock file into its own folder, and compiles it. */
export function preparePeers(): void {
  outputOf(process.execPath, ["install", "--frozen-lockfile"], folder);
  outputOf(process.execPath, ["node_modules/typescript/bin/tsc", "-p", "."], folder);
}

/** @param outbox with an outbox and an inbox; without, a crash can lose or repeat messages */
export async function startPeer(
  { servers, name, products = 1_000 }: SystemPlace,
  { outbox }: { readonly outbox: boolean },
): Promise<RunningPipeline> {
  const program = findProgram("node");
  if (program === undefined) throw new Error("the peers need Node.js 20 or later: https://nodejs.org");
  const { admin } = servers;
  await createVirtualHost(admin.RABBITMQ_MANAGEMENT_URL, name);
  const administrator = poolOf(servers, "postgres");
  for (const service of serviceNames) await administrator.query(`create database ${name}_${service}`);
  await administrator.end();
  const pipeline = await launchPipeline({ servers, name }, (service) => {
    const env = {
      NODE_ENV: "production",
      AMQP_URL: changedUrl(admin.AMQP_URL, { path: name }),
      DATABASE_URL: changedUrl(admin.DATABASE_URL, { path: `${name}_${service}` }),
      OUTBOX: outbox ? "1" : "0",
    };
    return launchFloor(`the peer's ${service}`, `${folder}dist/${service}/main.js`, env, program);
  });
  const databases = databasesOf(servers, name);
  const skus = Array.from({ length: products }, (_, number) => skuOf(number));
  await databases.inventory.query("insert into products select unnest($1::text[]), 1000000000, 0", [skus]);
  await databases.order.query(
    "insert into products select sku, 'Product ' || sku, 1250 from unnest($1::text[]) as sku",
    [skus],
  );
  await Promise.all(Object.values(databases).map((pool) => pool.end()));
  return pipeline;
}
