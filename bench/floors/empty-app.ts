/** The minimal service: an Elysia app without a broker, a database or any work. */
import { Elysia } from "elysia";

const app = new Elysia().get("/health/ready", () => "ready").listen({ port: 0, hostname: "127.0.0.1" });
console.log(`listening on ${app.server?.port}`);
