import { randomBytes } from "node:crypto";
import process from "node:process";

/** The value of a variable that says where the tests find a server. */
export function required(name: "AMQP_URL" | "RABBITMQ_MANAGEMENT_URL" | "DATABASE_URL"): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(
    `${name} is not set, so this test has no server to run on. Run "make test", ` +
      'or eval "$(bun stack/commands/cli.ts backing-services up)" in this shell and try again.',
  );
}

/**
 * A name that nobody else uses, for a virtual host, a database or a user. `make test` sets TEST_RUN, and removes
 * what a run left behind by the beginning of its names.
 */
export function uniqueName(): string {
  return `test_${process.env.TEST_RUN ?? "manual"}_${randomBytes(5).toString("hex")}`;
}
