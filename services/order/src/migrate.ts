/** Brings the order service's database to this build's migrations. `--help` lists its environment variables. */

import { migrateDatabase } from "@rabbit-contract/postgres/migrate";
import { createLogger, onCrash } from "@rabbit-contract/service";
import { configOrExit, databaseTlsVariables, tlsProblems } from "@rabbit-contract/service/config";
import { migration, migrations } from "./config.ts";

const config = configOrExit({ ...migration, ...databaseTlsVariables }, tlsProblems);
const log = createLogger({ service: "order" });
onCrash(log);
await migrateDatabase({ ...config, tls: config, folder: migrations, log });
