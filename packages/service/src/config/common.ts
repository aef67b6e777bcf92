import { limitVariables } from "../access/limit-variables.ts";
import { authVariables } from "../access/variables.ts";
import { LOG_LEVELS } from "../log.ts";
import { telemetryVariables } from "../telemetry/variables.ts";
import { brokerVariables } from "./broker.ts";
import { duration, oneOf, text } from "./config.ts";
import { databaseVariables } from "./database.ts";
import { tlsVariables } from "./tls.ts";

export const accessVariables = { ...authVariables, ...limitVariables } as const;

export const processVariables = {
  host: text("LISTEN_HOST", { description: "address to listen on", default: "127.0.0.1" }),
  logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, { description: "least severe level to log", default: "info" }),
} as const;

export const commonVariables = {
  ...accessVariables,
  ...tlsVariables,
  ...brokerVariables,
  ...databaseVariables,
  ...processVariables,
  idleTimeout: duration("IDLE_TIMEOUT", {
    description:
      "time after which a connection without traffic is closed, on Bun; set it longer than the load balancer's own",
    default: 60_000,
    // An event stream is silent for 15 s, and a request that waits for a result for 30 s.
    minimum: 35_000,
    maximum: 255_000,
  }),
  drainDelay: duration("DRAIN_DELAY", {
    description:
      "time from SIGTERM, when readiness turns 503, until new connections are refused; set it longer than the load " +
      "balancer's probe interval; part of the 10 s for shutdown",
    default: 2_000,
    maximum: 5_000,
  }),
  inboxRetention: duration("INBOX_RETENTION", {
    description:
      "how long handled messages are remembered, so that a redelivery changes nothing; longer than " +
      "dead letters are kept",
    default: 30 * 86_400_000,
    minimum: 86_400_000,
  }),
  housekeepingInterval: duration("HOUSEKEEPING_INTERVAL", {
    description: "time between two rounds of removing old rows",
    default: 3_600_000,
    minimum: 1_000,
  }),
  ...telemetryVariables,
} as const;
