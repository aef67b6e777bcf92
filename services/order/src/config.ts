import { fileURLToPath } from "node:url";
import {
  commonVariables,
  duration,
  integer,
  migrationVariables,
  outboxVariables,
  serviceVariables,
} from "@rabbit-contract/service/config";

/** Folder of the database migrations. */
export const migrations = fileURLToPath(new URL("../migrations", import.meta.url).href);

/** Environment variables of the order service. */
export const variables = {
  ...serviceVariables("ORDER", { port: 8002, adminPort: 9002 }),
  deadlineSeconds: integer("ORDER_DEADLINE_SECONDS", {
    description: "seconds after which an order that is still pending expires",
    default: 900,
    minimum: 1,
    maximum: 604_800,
  }),
  idempotencyKeyRetention: duration("ORDER_IDEMPOTENCY_KEY_RETENTION", {
    description: "how long an idempotency key is remembered",
    default: 86_400_000,
    minimum: 60_000,
  }),
  ...outboxVariables,
  ...commonVariables,
} as const;

/** Environment variables of the migrate command. */
export const migration = migrationVariables("ORDER");
