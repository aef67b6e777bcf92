import { duration, oneOf } from "./config.ts";
import { LOG_LEVELS } from "./log.ts";

/** Environment variables that every service has. */
export const commonVariables = {
  logLevel: oneOf("LOG_LEVEL", LOG_LEVELS, { description: "least severe level to log", default: "info" }),
  drainDelay: duration("DRAIN_DELAY", {
    description:
      "time from SIGTERM, when readiness turns 503, until no more connections are taken: longer than a load " +
      "balancer needs to notice; part of the 10 s that stopping may take",
    default: 2_000,
    maximum: 5_000,
  }),
} as const;
