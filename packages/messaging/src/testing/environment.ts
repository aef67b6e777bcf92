import { randomBytes } from "node:crypto";
import process from "node:process";

/** @throws Error when the variable that names a server for tests is not set */
export function serverUrl(name: "AMQP_URL" | "RABBITMQ_MANAGEMENT_URL" | "DATABASE_URL"): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set: tests need it to reach a running server, with an administrator's user`,
  );
}

/**
 * A name for a virtual host, a database or a user of one test. It starts with `test_` and the value of TEST_RUN, so that
 * what an aborted run left behind can be found.
 */
export function uniqueName(): string {
  return `test_${process.env.TEST_RUN ?? "manual"}_${randomBytes(5).toString("hex")}`;
}
