import { setTimeout as delay } from "node:timers/promises";
import { type ServiceName, serviceNames } from "@orders/stack";
import { waitFor } from "@rabbit-contract/messaging/testing";
import type { Stage } from "./scenario.ts";

/** Counts that grow while a service works, under load. */
const counts: Readonly<Partial<Record<ServiceName, string>>> = {
  order: "count(*)::int as rows, (count(*) filter (where status <> 'pending'))::int as settled from orders",
  inventory: "count(*)::int as rows from reservations",
  notification: "count(*)::int as rows from notifications",
};

/** Milliseconds after which everything that was in progress at the fault is committed, or never will be. */
const settling = 1_000;

/** Seconds within which a service works again, as docs/guarantees.md promises. */
const promisedRecovery = 15;
/** Factor by which a busy machine may exceed the promised time. */
const room = 2;

/**
 * Resolves once services do all of their work again after a fault that ends now. Records a problem if that takes longer
 * than promised, with room for slow machines.
 *
 * @param promised seconds; more where faults overlap
 */
export async function allWorkAgain(
  stage: Stage,
  fault: string,
  { services = serviceNames, promised = promisedRecovery }: Expected = {},
): Promise<void> {
  await Promise.all(services.map((service) => worksAgain(stage, service, fault, promised)));
}

interface Expected {
  readonly services?: readonly ServiceName[] | undefined;
  readonly promised?: number;
}

async function worksAgain(stage: Stage, service: ServiceName, fault: string, promised: number) {
  const start = performance.now();
  await delay(settling);
  // The database may be unavailable at this moment.
  const before = await waitFor(() => counted(stage, service), { what: "the database", timeout: 60_000 });
  await stage.until(async () => {
    const now = await counted(stage, service);
    return now.every((count, index) => count > (before[index] ?? 0));
  }, `${service} to work after ${fault}`);
  const seconds = (performance.now() - start) / 1000;
  stage.progress(`  ${service} works again ${seconds.toFixed(1)} s after ${fault}`);
  if (seconds > room * promised)
    stage.problems.push(
      `${service} took ${seconds.toFixed(1)} s to work again after ${fault}; ${promised} s are promised`,
    );
}

/** Database problems must not use up a message's attempts. Needs the log level `info`. */
export function checkAttempts({ system, problems }: Stage): void {
  for (const service of serviceNames)
    if (system.process(service).log().includes("a message failed and will be retried later"))
      problems.push(`a message in ${service} has used up an attempt`);
}

async function counted({ system }: Stage, service: ServiceName): Promise<number[]> {
  const [row = {}] = await system.sql<Record<string, number>>(
    service,
    `select ${counts[service] ?? "count(*)::int as rows from inbox"}`,
  );
  return Object.values(row);
}
