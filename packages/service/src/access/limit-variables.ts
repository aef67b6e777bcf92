import { duration, integer } from "../config/config.ts";

export const limitVariables = {
  rateLimit: integer("RATE_LIMIT", {
    description:
      "requests per second per caller, in all processes together, with bursts of five seconds' worth",
    default: 200,
    minimum: 1,
    maximum: 1_000_000,
  }),
  concurrencyLimit: integer("CONCURRENCY_LIMIT", {
    description: "concurrent requests per caller, in each process",
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
  }),
  refusalLimit: integer("REFUSAL_LIMIT", {
    description: "requests per second without a valid token, per address, in all processes together",
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
  }),
  rememberedClients: integer("RATE_LIMIT_CLIENTS", {
    description: "callers and addresses tracked at once; beyond that, the oldest is forgotten",
    default: 50_000,
    minimum: 1,
    maximum: 10_000_000,
  }),
  requestLimit: integer("REQUEST_LIMIT", {
    description: "concurrent requests of all callers, in each process; beyond that, 503",
    default: 2_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  bodyTimeout: duration("BODY_TIMEOUT", {
    description: "time for a client to send a request body",
    default: 30_000,
    minimum: 10,
    maximum: 600_000,
  }),
  forwardingHops: integer("FORWARDING_HOPS", {
    description:
      "proxies in front of the service that append the caller's address to X-Forwarded-For; with 0 the header is " +
      "ignored",
    default: 0,
    minimum: 0,
    maximum: 10,
  }),
} as const;
