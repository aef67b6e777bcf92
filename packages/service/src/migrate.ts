import { migrateDatabase } from "@rabbit-contract/postgres/migrate";
import { configOrExit } from "./config/config.ts";
import { migrationVariables } from "./config/service.ts";
import { tlsProblems } from "./config/tls.ts";
import { createLogger } from "./log.ts";
import { onCrash } from "./runtime/runtime.ts";

/** A service's migrate command: brings its database to the migrations in `folder`. @param service such as "parcels" */
export async function migrateService(service: string, folder: string): Promise<void> {
  const config = configOrExit(migrationVariables(service), tlsProblems);
  const log = createLogger({ service });
  onCrash(log);
  await migrateDatabase({ ...config, tls: config, folder, log });
}
