/** Tables for this package's own tests; a service has its own configuration and includes these tables in its schema. */
import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./src/schema.ts", "./src/idempotency/table.ts"],
  out: "./src/testing/migrations",
});
