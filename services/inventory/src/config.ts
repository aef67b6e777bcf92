import { fileURLToPath } from "node:url";
import type { Role } from "@rabbit-contract/service/access";
import { commonVariables, duration, integer, optional, text, url } from "@rabbit-contract/service/config";

/** The roles in tokens; an operator may also make customers' calls. */
export const roles: readonly Role[] = [
  { name: "operator", sees: "all" },
  { name: "customer", sees: "own" },
];

/** Folder of the database migrations. */
export const migrations = fileURLToPath(new URL("../migrations", import.meta.url).href);

/** Environment variables of the inventory service. */
export const variables = {
  port: integer("INVENTORY_PORT", {
    description: "HTTP port; 0 takes a free one",
    default: 8001,
    minimum: 0,
    maximum: 65535,
  }),
  amqpUrl: url("INVENTORY_AMQP_URL", {
    description: "URL of the broker, with the service's user",
    protocols: ["amqp:", "amqps:"],
  }),
  databaseUrl: url("INVENTORY_DATABASE_URL", {
    description: "URL of the service's database, with the role it runs as",
    protocols: ["postgres:", "postgresql:"],
  }),
  movementRetention: duration("INVENTORY_MOVEMENT_RETENTION", {
    description: "age from which a product's stock movements are folded into its opening balance",
    default: 90 * 86_400_000,
    minimum: 86_400_000,
  }),
  ...commonVariables,
} as const;

/** Environment variables of the migrate command. */
export const migrationVariables = {
  databaseUrl: url("INVENTORY_MIGRATION_DATABASE_URL", {
    description: "URL of the service's database, with the role that owns the tables",
    protocols: ["postgres:", "postgresql:"],
  }),
  serviceRole: optional(
    text("INVENTORY_DATABASE_ROLE", {
      description: "the role that the service runs as; without it, the owner's name without _migration",
    }),
  ),
} as const;
