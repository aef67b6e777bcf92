/**
 * Creates databases, roles, topology and broker users on the servers of AMQP_URL, RABBITMQ_MANAGEMENT_URL and
 * DATABASE_URL, with the passwords in ORDER_AMQP_URL, ORDER_DATABASE_URL, ORDER_MIGRATION_DATABASE_URL and so on. Run by the container
 * of the same name. Each variable X can be replaced by X_FILE, the name of a file that holds the value.
 */
import { passwordsFrom, provisionSystem, serversFrom } from "../provision.ts";

const admin = serversFrom(process.env);
if (!admin) {
  console.error("error: set AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL");
  process.exit(1);
}
await provisionSystem({ admin, virtualHost: "/", passwords: passwordsFrom(process.env) });
console.log("databases, roles, topology and broker users are provisioned");
