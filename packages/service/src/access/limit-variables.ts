import { integer } from "../config/config.ts";

/** Environment variables that say how much a process takes on. */
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
    description: "requests a second without a good token that one address may send",
    default: 100,
    minimum: 1,
    maximum: 1_000_000,
  }),
  rememberedClients: integer("RATE_LIMIT_CLIENTS", {
    description: "callers, and addresses, that are counted at once; the longest known begins anew",
    default: 50_000,
    minimum: 1,
    maximum: 10_000_000,
  }),
  requestLimit: integer("REQUEST_LIMIT", {
    description: "requests of everybody that may be under way at once; beyond it is 503",
    default: 2_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  forwardingHops: integer("FORWARDING_HOPS", {
    description:
      "proxies before the service that add to X-Forwarded-For the address they were called from; with 0 the header " +
      "is not believed",
    default: 0,
    minimum: 0,
    maximum: 10,
  }),
} as const;
