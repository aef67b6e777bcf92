import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "services/order/src/schema.ts",
  out: "services/order/migrations",
});
