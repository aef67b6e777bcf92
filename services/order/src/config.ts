import { fileURLToPath } from "node:url";
import {
  commonVariables,
  duration,
  integer,
  outboxVariables,
  serviceVariables,
} from "@rabbit-contract/service/config";

export const migrations = fileURLToPath(new URL("../migrations", import.meta.url).href);

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
