import { applyMigrations } from "@rabbit-contract/postgres/migrate";
import { configOrExit } from "./config/config.ts";
import { migrationVariables } from "./config/service.ts";
import { tlsProblems } from "./config/tls.ts";
import { createLogger } from "./log.ts";
import { onCrash } from "./runtime/runtime.ts";

/**
 * A service's migrate command: brings its database to the migrations in `folder`, or logs why it cannot and sets the
 * exit code 1.
 * @param service such as "parcels"
 */
export async function migrateService(service: string, folder: string): Promise<void> {
  const config = configOrExit(migrationVariables(service), tlsProblems);
  const { databaseUrl: url } = config;
  const log = createLogger({ service });
  onCrash(log);
  const owner = decodeURIComponent(new URL(url).username);
  const { serviceRole = owner.replace(/_migration$/, "") } = config;
  try {
    const { version } = await applyMigrations({ url, tls: config, folder, serviceRole, log });
    log.info({ version, serviceRole }, "the database is migrated");
  } catch (error) {
    log.error({ err: error }, "the database could not be migrated");
    process.exitCode = 1;
  }
}
