import { type PartName, type Ports, partNames } from "./parts.ts";
import { allEnded, waitFor } from "./wait.ts";

/** `degraded`: it does its work, but something that it depends on is away. */
export type Readiness = "ready" | "degraded" | "not ready";

/** Asks the part on this port of 127.0.0.1. */
export async function readinessOf(name: PartName, port: number): Promise<Readiness> {
  const path = name === "maildev" ? "/healthz" : name === "catalogue" ? "/" : "/health/ready";
  try {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(3_000) });
    const answer = await response.text();
    if (!response.ok) return "not ready";
    return answer.includes('"status":"degraded"') ? "degraded" : "ready";
  } catch {
    return "not ready";
  }
}

/** Returns once all parts are ready, and not merely degraded. */
export async function untilReady(ports: Ports): Promise<void> {
  await allEnded(
    partNames.map((name) =>
      waitFor(async () => (await readinessOf(name, ports[name])) === "ready", {
        what: `${name} on port ${ports[name]} to be ready`,
        timeout: 60_000,
        interval: 100,
      }),
    ),
  );
}
