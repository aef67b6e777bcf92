import { duration, integer } from "./config.ts";

export const brokerVariables = {
  publishWindow: integer("PUBLISH_WINDOW", {
    description: "messages that may wait for the broker's confirm at once; further ones queue in order",
    default: 500,
    minimum: 1,
    maximum: 100_000,
  }),
  confirmTimeout: duration("CONFIRM_TIMEOUT", {
    description: "time after which a message that the broker has not confirmed is published again",
    default: 30_000,
    minimum: 1_000,
  }),
  declareInterval: duration("DECLARE_INTERVAL", {
    description: "time between two declarations of the queues, exchanges and bindings that the service owns",
    default: 2_000,
    minimum: 100,
  }),
} as const;

/** Of services that send messages. */
export const outboxVariables = {
  outboxCapacity: integer("OUTBOX_CAPACITY", {
    description: "messages of the outbox in memory, at most; beyond that they wait in the table",
    default: 10_000,
    minimum: 1,
    maximum: 1_000_000,
  }),
  outboxLease: duration("OUTBOX_LEASE", {
    description:
      "time for which only one process publishes a message of the outbox: how long it waits after a crash",
    default: 5_000,
    minimum: 1_000,
  }),
  outboxSweepInterval: duration("OUTBOX_SWEEP_INTERVAL", {
    description: "time between two searches of the outbox for messages that were left behind",
    default: 1_000,
    minimum: 50,
  }),
  outboxAttempts: integer("OUTBOX_ATTEMPTS", {
    description:
      "attempts to publish a message that the broker refuses because of the message itself, with pauses that double " +
      "from 1 s, before it is parked",
    default: 8,
    minimum: 1,
    maximum: 100,
  }),
} as const;
