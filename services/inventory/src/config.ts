import { fileURLToPath } from "node:url";
import {
  commonVariables,
  duration,
  outboxVariables,
  serviceVariables,
} from "@rabbit-contract/service/config";

export const migrations = fileURLToPath(new URL("../migrations", import.meta.url).href);

export const variables = {
  ...serviceVariables("INVENTORY", { port: 8001, adminPort: 9001 }),
  movementRetention: duration("INVENTORY_MOVEMENT_RETENTION", {
    description: "age at which a product's stock movements are folded into its opening balance",
    default: 90 * 86_400_000,
    minimum: 86_400_000,
  }),
  idempotencyKeyRetention: duration("INVENTORY_IDEMPOTENCY_KEY_RETENTION", {
    description: "how long an idempotency key is remembered",
    default: 86_400_000,
    minimum: 60_000,
  }),
  ...outboxVariables,
  ...commonVariables,
} as const;
