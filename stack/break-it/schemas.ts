/** Requests and responses of the break-it calls. */
import { roles } from "@orders/order/access";
import { closed, dateTime, oneOf } from "@rabbit-contract/service/http";
import { type Static, Type } from "@sinclair/typebox";
import { partActions } from "../control.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });

export const SignIn = closed({
  machine: Type.String({ maxLength: 200, description: "The secret behind `#machine=` in the link" }),
  role: oneOf(roles.map(({ name }) => name)),
  subject: Type.Optional(
    Type.String({ pattern: "^[\\w.@-]{1,64}$", description: "`sub` of the token; by default the role" }),
  ),
});
export const Token = Type.Object({ token: Type.String(), expiresAt: dateTime() });

export const PartPath = closed({ name: Type.String({ maxLength: 40 }), action: oneOf(partActions) });
export const Part = Type.Object({
  name: Type.String(),
  kind: oneOf(["service", "broker", "database"]),
  state: oneOf(["running", "starting", "paused", "stopped"]),
});
export const Parts = Type.Object({ parts: Type.Array(Part) });

export const OrdersRequest = closed({ count: Type.Integer({ minimum: 1, maximum: 10_000 }) });
export const DuplicatesRequest = closed({ count: Type.Integer({ minimum: 1, maximum: 1_000 }) });
export const Duplicates = Type.Object({
  sent: count("Messages that were published again"),
  queues: Type.Record(Type.String(), Type.Integer(), { description: "By the queue that received them" }),
});

/** Computed from what the services answer. */
export const Ledger = Type.Object({
  accepted: count("Orders that were answered with 202"),
  settled: count("Accepted orders that are no longer pending"),
  confirmed: count("Settled in full"),
  rejected: count("Settled because there was too little stock"),
  lost: count("Accepted orders that no longer exist, were never settled, or were never notified"),
  doubled: count("Orders, reservations or notifications that exist more than once"),
  oversold: count("Units confirmed beyond what was in stock"),
  units: Type.Object(
    { received: Type.Integer(), sold: Type.Integer(), left: Type.Integer() },
    { description: "Of all products of the run" },
  ),
});

export const RunState = Type.Object({
  startedAt: dateTime(),
  wanted: count("Orders to place"),
  accepted: count("Answered with 202"),
  retries: count("Attempts repeated, with the same idempotency key, because a service was down"),
  settled: count("Accepted orders that are no longer pending"),
  duplicatesSent: count("Messages delivered once more"),
  phase: oneOf(["placing", "settling", "checking", "done", "failed"]),
  note: Type.Optional(Type.String({ description: "Why it failed, or what it is waiting for" })),
  ledger: Type.Optional(Ledger),
});

/** `GET /break-it/run` */
export const LastRun = Type.Object({ run: Type.Union([RunState, Type.Null()]) });

export type Ledger = Static<typeof Ledger>;
export type RunState = Static<typeof RunState>;
