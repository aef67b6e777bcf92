import { Type } from "@sinclair/typebox";
import type { Logger } from "../log.ts";

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

export const Liveness = Type.Object({ status: Type.Literal("live") }, { examples: [{ status: "live" }] });

const State = Type.Union([Type.Literal("up"), Type.Literal("down")]);
const statuses = ["ready", "degraded", "unavailable", "stopping"] as const;
const Status = Type.Union(statuses.map((status) => Type.Literal(status)));

export const Readiness = Type.Object(
  { status: Status, checks: Type.Record(Type.String(), State) },
  { examples: [{ status: "degraded", checks: { database: "up", broker: "down" } }] },
);

type State = "up" | "down";
export interface Health {
  /** `stopping` whatever the checks say: the process is about to end and should get no new requests. */
  status: (typeof statuses)[number];
  checks: Record<string, State>;
}

/** Runs the checks at once; logs each dependency that comes or goes, once. */
export function healthReport(checks: HealthChecks, log: Logger): () => Promise<Health> {
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

async function outcomeOf({ run, timeout = 2000 }: HealthCheck): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeout} ms`)), timeout);
  });
  try {
    await Promise.race([(async () => run())(), late]);
    return undefined;
  } catch (error) {
    return error ?? new Error("failed without a reason");
  } finally {
    clearTimeout(timer);
  }
}
