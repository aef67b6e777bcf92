import { limitVariables } from "../access/limit-variables.ts";
import { authVariables } from "../access/variables.ts";
import { LOG_LEVELS } from "../log.ts";
import { telemetryVariables } from "../telemetry/variables.ts";
import { duration, oneOf } from "./config.ts";
import { tlsVariables } from "./tls.ts";

/** Environment variables that every service has. */
export const commonVariables = {
  ...authVariables,
  ...limitVariables,
  ...tlsVariables,
  logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, { description: "least severe level to log", default: "info" }),
  drainDelay: duration("DRAIN_DELAY", {
    description:
      "time from SIGTERM, when readiness turns 503, until no more connections are taken: longer than a load " +
      "balancer needs to notice; part of the 10 s that stopping may take",
    default: 2_000,
    maximum: 5_000,
  }),
  inboxRetention: duration("INBOX_RETENTION", {
    description:
      "time for which handled messages are known, so that they change nothing when they come again: longer than " +
      "any dead letter is left lying",
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
