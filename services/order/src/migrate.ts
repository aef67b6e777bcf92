/** Brings the order service's database to this build's migrations. `--help` lists its environment variables. */
import { migrateService } from "@rabbit-contract/service/migrate";
import { migrations } from "./config.ts";

await migrateService("order", migrations);
