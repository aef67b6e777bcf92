import { integer, optional, text, url } from "./config.ts";
import { databaseTlsVariables } from "./tls.ts";

const anyPort = { minimum: 0, maximum: 65535 };
const postgres = ["postgres:", "postgresql:"];

/**
 * Environment variables that differ between services.
 * @param prefix of their names, such as "ORDER"
 */
export function serviceVariables(
  prefix: string,
  ports: { readonly port: number; readonly adminPort: number },
) {
  return {
    port: integer(`${prefix}_PORT`, {
      description: "HTTP port of the API; 0 takes a free one",
      default: ports.port,
      ...anyPort,
    }),
    adminPort: integer(`${prefix}_ADMIN_PORT`, {
      description: "HTTP port for health, metrics and operators' calls, to keep internal; 0 takes a free one",
      default: ports.adminPort,
      ...anyPort,
    }),
    amqpUrl: url(`${prefix}_AMQP_URL`, {
      description: "URL of the broker, with the service's user",
      protocols: ["amqp:", "amqps:"],
    }),
    databaseUrl: url(`${prefix}_DATABASE_URL`, {
      description: "URL of the service's database, with the role it runs as",
      protocols: postgres,
    }),
  };
}

/** Environment variables of a service's migrate command. @param service such as "parcels" */
export function migrationVariables(service: string) {
  const prefix = service.toUpperCase().replaceAll("-", "_");
  return {
    databaseUrl: url(`${prefix}_MIGRATION_DATABASE_URL`, {
      description: "URL of the service's database, with the role that owns the tables",
      protocols: postgres,
    }),
    serviceRole: optional(
      text(`${prefix}_DATABASE_ROLE`, {
        description: "the role that the service runs as; without it, the owner's name without _migration",
      }),
    ),
    ...databaseTlsVariables,
  };
}
