import { finishesWithin } from "@rabbit-contract/messaging";
import { Type } from "@sinclair/typebox";
import { Elysia } from "elysia";
import { access } from "../access/access.ts";
import type { Logger } from "../log.ts";
import { isDraining } from "../runtime/runtime.ts";
import { oneOf } from "./schema.ts";

export interface HealthCheck {
  /** Rejects when the dependency is away. Called for each readiness request, perhaps several at once. */
  readonly run: () => unknown;
  /** Without it the service cannot do its work: 503. Otherwise it is degraded, and still ready. */
  readonly required: boolean;
  /** Milliseconds; slower counts as down. @default 2000 */
  readonly timeout?: number;
}

/** By the name that readiness shows. */
export type HealthChecks = Readonly<Record<string, HealthCheck>>;

const Liveness = Type.Object(
  { status: Type.Literal("live") },
  { description: "The process runs", examples: [{ status: "live" }] },
);

const states = ["up", "down"] as const;
const statuses = ["ready", "degraded", "unavailable", "stopping"] as const;

const Readiness = (description: string) =>
  Type.Object(
    { status: oneOf(statuses), checks: Type.Record(Type.String(), oneOf(states)) },
    { description, examples: [{ status: "degraded", checks: { database: "up", broker: "down" } }] },
  );

type State = (typeof states)[number];
interface Health {
  /** `stopping` whatever the checks say: the process is about to end and must get no new requests. */
  status: (typeof statuses)[number];
  checks: Record<string, State>;
}

/** `/health/live` and `/health/ready`. */
export function health({ checks, log }: { readonly checks: HealthChecks; readonly log: Logger }) {
  const report = healthReport(checks, log);
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
          200: Readiness("Ready; when degraded, some of the work is put off until a dependency is back"),
          503: Readiness("Without a dependency that everything needs, or about to stop"),
        },
        detail: { summary: "Tell whether the service can do its work" },
      },
    );
}

/** Runs the checks concurrently; logs each dependency that goes down or comes back, once. */
function healthReport(checks: HealthChecks, log: Logger): () => Promise<Health> {
  const known = new Map<string, State>();
  return async () => {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        const error = await outcomeOf(check);
        const state: State = error === undefined ? "up" : "down";
        if ((known.get(name) ?? "up") !== state) {
          if (state === "down") log.warn({ dependency: name, err: error }, "dependency is down");
          else log.info({ dependency: name }, "dependency is up again");
        }
        known.set(name, state);
        return { name, state, required: check.required };
      }),
    );
    const down = results.filter(({ state }) => state === "down");
    const failed = down.some(({ required }) => required);
    return {
      status: failed ? "unavailable" : down.length > 0 ? "degraded" : "ready",
      checks: Object.fromEntries(results.map(({ name, state }) => [name, state])),
    };
  };
}

/** undefined when the dependency is up, else why it is not. */
async function outcomeOf({ run, timeout = 2000 }: HealthCheck): Promise<unknown> {
  const running = (async () => run())();
  if (!(await finishesWithin(timeout, running))) return new Error(`no answer within ${timeout} ms`);
  return running.then(
    () => undefined,
    (error) => error ?? new Error("failed without a reason"),
  );
}
