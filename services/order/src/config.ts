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

/** Environment variables of the order service. */
export const variables = {
  port: integer("ORDER_PORT", {
    description: "HTTP port; 0 takes a free one",
    default: 8002,
    minimum: 0,
    maximum: 65535,
  }),
  amqpUrl: url("ORDER_AMQP_URL", {
    description: "URL of the broker, with the service's user",
    protocols: ["amqp:", "amqps:"],
  }),
  databaseUrl: url("ORDER_DATABASE_URL", {
    description: "URL of the service's database, with the role it runs as",
    protocols: ["postgres:", "postgresql:"],
  }),
  deadlineSeconds: integer("ORDER_DEADLINE_SECONDS", {
    description: "seconds after which an order that is still pending expires",
    default: 900,
    minimum: 1,
    maximum: 604_800,
  }),
  idempotencyKeyRetention: duration("ORDER_IDEMPOTENCY_KEY_RETENTION", {
    description: "how long an idempotency key is known",
    default: 86_400_000,
    minimum: 60_000,
  }),
  ...commonVariables,
} as const;

/** Environment variables of the migrate command. */
export const migrationVariables = {
  databaseUrl: url("ORDER_MIGRATION_DATABASE_URL", {
    description: "URL of the service's database, with the role that owns the tables",
    protocols: ["postgres:", "postgresql:"],
  }),
  serviceRole: optional(
    text("ORDER_DATABASE_ROLE", {
      description: "the role that the service runs as; without it, the owner's name without _migration",
    }),
  ),
} as const;
