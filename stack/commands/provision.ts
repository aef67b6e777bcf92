/**
 * Creates databases, roles, topology and broker users on the servers of AMQP_URL, RABBITMQ_MANAGEMENT_URL and
 * DATABASE_URL, with the passwords in ORDER_AMQP_URL, ORDER_DATABASE_URL, ORDER_MIGRATION_DATABASE_URL and so on, and in
 * CONSOLE_RABBITMQ_MANAGEMENT_URL. Run by the container of the same name. Each variable X can be replaced by X_FILE, the name of a file that holds the value.
 */
import {
  monitorPasswordFrom,
  passwordsFrom,
  provisionMonitor,
  provisionSystem,
  serversFrom,
} from "../provision.ts";

const admin = serversFrom(process.env);
if (!admin) {
  console.error("error: set AMQP_URL, RABBITMQ_MANAGEMENT_URL and DATABASE_URL");
  process.exit(1);
}
const place = { admin, virtualHost: "/" };
await provisionSystem({ ...place, passwords: passwordsFrom(process.env) });
await provisionMonitor(place, monitorPasswordFrom(process.env));
console.log("databases, roles, topology and broker users are provisioned");
