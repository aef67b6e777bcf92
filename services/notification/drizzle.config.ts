import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: "./services/notification/src/schema.ts",
  out: "./services/notification/migrations",
});
