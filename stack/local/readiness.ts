import { waitFor, waitForAll } from "@rabbit-contract/messaging/testing";
import { healthPortNameOf, type PartName, type Ports, partNames } from "./parts.ts";

/** `degraded`: it works, but a dependency is down. */
export type Readiness = "ready" | "degraded" | "not ready";

export interface Health {
  readonly readiness: Readiness;
  /** The checks that it reports as failing, each with its cause: `broker: there is no connection`. */
  readonly troubles: readonly string[];
}

/** Asks the part on this port of 127.0.0.1. */
export async function healthOf(name: PartName, port: number): Promise<Health> {
  const service = name !== "maildev" && name !== "console";
  const path = service ? "/health/ready" : name === "maildev" ? "/healthz" : "/health/live";
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(3_000) });
    const { status, checks = {} } = service ? await answerOf(response) : {};
    const troubles = Object.entries(checks)
      .filter(([, check]) => check.status === "down")
      .map(([name, { cause }]) => (cause === undefined ? name : `${name}: ${cause}`));
    if (!response.ok) return { readiness: "not ready", troubles };
    return { readiness: status === "degraded" ? "degraded" : "ready", troubles };
  } catch {
    return { readiness: "not ready", troubles: [] };
  }
}

/** What `make status` shows of a part, as it reports it at this port. */
export async function reportOf(name: PartName, port: number) {
  const [{ readiness: state, troubles }, parked] = await Promise.all([
    healthOf(name, port),
    parkedMessages(port),
  ]);
  return { state, troubles, parked };
}

/** Messages that are parked in the outbox of a service, as its metrics say; 0 while it does not answer. */
async function parkedMessages(adminPort: number): Promise<number> {
  try {
    const response = await fetch(`http://127.0.0.1:${adminPort}/metrics`, {
      signal: AbortSignal.timeout(3_000),
    });
    return Number(/^outbox_parked_messages (\d+)/m.exec(await response.text())?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Returns once all parts are ready, and not merely degraded. @param requirePossible throws when a part never will be */
export async function untilReady(
  ports: Ports,
  requirePossible: (name: PartName) => void = () => {},
  onReady: (name: PartName) => void = () => {},
): Promise<void> {
  await waitForAll(
    partNames.map(async (name) => {
      const port = ports[healthPortNameOf(name)];
      await waitFor(
        async () => {
          requirePossible(name);
          return (await healthOf(name, port)).readiness === "ready";
        },
        { what: `${name} to be ready, at port ${port}`, timeout: 60_000, interval: 100 },
      );
      onReady(name);
    }),
  );
}

/** Returns once a part answers, whether it is ready or not. @param requirePossible throws when it never will */
export async function untilAnswering(
  name: PartName,
  ports: Ports,
  requirePossible: () => void,
): Promise<void> {
  const answers = async () => {
    requirePossible();
    const { readiness, troubles } = await healthOf(name, ports[healthPortNameOf(name)]);
    return readiness !== "not ready" || troubles.length > 0;
  };
  await waitFor(answers, { what: `${name} to answer`, timeout: 60_000, interval: 50 });
}

interface ReadinessAnswer {
  readonly status?: string;
  readonly checks?: Readonly<Record<string, { readonly status: string; readonly cause?: string }>>;
}

async function answerOf(response: Response): Promise<ReadinessAnswer> {
  return response.json();
}
