import { duration, integer } from "../config/config.ts";

/** Environment variables: how many requests a process takes on. */
export const limitVariables = {
  rateLimit: integer("RATE_LIMIT", {
    description: "requests a second of one caller; five seconds' worth may come at once",
    default: 200,
    minimum: 1,
    maximum: 1_000_000,
  }),
  concurrencyLimit: integer("CONCURRENCY_LIMIT", {
    description: "requests of one caller that may be under way at once",
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
  }),
  refusalLimit: integer("REFUSAL_LIMIT", {
    description: "requests a second without a valid token that one address may send",
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
  }),
  rememberedClients: integer("RATE_LIMIT_CLIENTS", {
    description: "callers, and addresses, that are remembered at once; beyond it the oldest is forgotten",
    default: 50_000,
    minimum: 1,
    maximum: 10_000_000,
  }),
  requestLimit: integer("REQUEST_LIMIT", {
    description: "requests of all callers that may be under way at once; beyond it they are answered 503",
    default: 2_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  bodyTimeout: duration("BODY_TIMEOUT", {
    description: "time that a client has for the body of a request",
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
