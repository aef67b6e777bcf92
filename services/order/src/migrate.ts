/** Brings the order service's database to this build's migrations. `--help` lists its environment variables. */
import { migrationsFolder } from "#platform/backends.ts";
import { configOrExit } from "#platform/config.ts";
import { createLogger } from "#platform/log.ts";
import { migrateDatabase } from "#platform/migrate.ts";
import { databaseTlsVariables, tlsProblems } from "#platform/tls.ts";
import { migrationVariables, variables } from "./config.ts";

const config = configOrExit(
  { ...migrationVariables, ...databaseTlsVariables, serviceUrl: variables.databaseUrl },
  tlsProblems,
);
const log = createLogger({ service: "order" });
await migrateDatabase({ ...config, tls: config, folder: migrationsFolder("order"), log });
