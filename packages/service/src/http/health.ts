import { finishesWithin } from "@rabbit-contract/messaging";
import { type Static, Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { access } from "../access/access.ts";
import { causeOf, type Logger } from "../log.ts";
import { isDraining } from "../runtime/runtime.ts";
import { dateTime, oneOf } from "./schema.ts";

export interface HealthCheck {
  /** Rejects with the cause when something does not work. Called again only a second after all checks have ended. */
  readonly run: () => unknown;
  /** Without it, the service cannot do its work: 503. Without others, it is degraded, but still ready. */
  readonly required: boolean;
}

/** Milliseconds; a check that takes longer counts as down. */
const timeout = 2_000;

/** By the name that readiness shows. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

const Liveness = Type.Object(
  { status: Type.Literal("live") },
  { description: "The process runs", examples: [{ status: "live" }] },
);

const states = ["up", "down"] as const;
const statuses = ["ready", "degraded", "unavailable", "stopping"] as const;

const Check = Type.Object({
  status: oneOf(states),
  since: dateTime("When this status was noticed"),
  cause: Type.Optional(Type.String({ description: "Why it is down" })),
});

const Readiness = (description: string) =>
  Type.Object(
    { status: oneOf(statuses), checks: Type.Record(Type.String(), Check) },
    {
      description,
      examples: [
        {
          status: "degraded",
          checks: {
            database: { status: "up", since: "2026-01-31T12:00:00.000Z" },
            broker: {
              status: "down",
              since: "2026-01-31T13:00:00.000Z",
              cause: "there is no connection to the broker",
            },
          },
        },
      ],
    },
  );

interface Health {
  /** `stopping`, whatever the checks say: the process is about to end and must get no new requests. */
  status: (typeof statuses)[number];
  checks: Record<string, Static<typeof Check>>;
}

/** Milliseconds for which an answer is reused: however many requests come, each dependency is asked once at a time. */
const maxAge = 1_000;

/** `/health/live` and `/health/ready`. */
export function health({ checks, log }: { readonly checks: HealthChecks; readonly log: Logger }) {
  const report = cached(healthReport(checks, log));
  return new Elysia({ name: "health", tags: ["health"] })
    .use(access)
    .get("/health/live", () => ({ status: "live" as const }), {
      access: "public",
      response: { 200: Liveness },
      detail: { summary: "Tell whether the process runs" },
    })
    .get(
      "/health/ready",
      async ({ request, status }) => {
        const found = await report();
        if (isDraining(request)) return status(503, { ...found, status: "stopping" as const });
        return status(found.status === "unavailable" ? 503 : 200, found);
      },
      {
        access: "public",
        response: {
          200: Readiness("Ready; when degraded, some work waits until a dependency is back"),
          503: Readiness("A dependency that everything needs is down, or the service is about to stop"),
        },
        detail: { summary: "Tell whether the service can do its work" },
      },
    );
}

function cached<Result>(ask: () => Promise<Result>): () => Promise<Result> {
  let answer: Promise<Result> | undefined;
  /** `performance.now()` when the answer was known; undefined until then. */
  let settled: number | undefined;
  return () => {
    if (answer === undefined || (settled !== undefined && performance.now() - settled >= maxAge)) {
      settled = undefined;
      answer = ask().finally(() => {
        settled = performance.now();
      });
    }
    return answer;
  };
}

/** Runs the checks concurrently; logs each that goes down or comes back, once. */
function healthReport(checks: HealthChecks, log: Logger): () => Promise<Health> {
  const known = new Map<string, Static<typeof Check>>();
  return async () => {
    const found = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const error = await outcomeOf(check);
        const status = error === undefined ? "up" : "down";
        const before = known.get(name);
        if ((before?.status ?? "up") !== status) {
          if (status === "down") log.warn({ dependency: name, err: error }, "dependency is down");
          else log.info({ dependency: name }, "dependency is up again");
        }
        const since = before?.status === status ? before.since : new Date().toISOString();
        const now = { status, since, ...(error !== undefined && { cause: causeOf(error) }) } as const;
        known.set(name, now);
        return { name, now, required: check.required };
      }),
    );
    const down = found.filter(({ now }) => now.status === "down");
    const failed = down.some(({ required }) => required);
    const status = failed ? "unavailable" : down.length > 0 ? "degraded" : "ready";
    return { status, checks: Object.fromEntries(found.map(({ name, now }) => [name, now])) };
  };
}

/** undefined when it works, else why it does not. */
async function outcomeOf({ run }: HealthCheck): Promise<unknown> {
  const running = (async () => run())();
  if (!(await finishesWithin(timeout, running))) return new Error(`no answer within ${timeout} ms`);
  return running.then(
    () => undefined,
    (error) => error ?? new Error("failed without a reason"),
  );
}
