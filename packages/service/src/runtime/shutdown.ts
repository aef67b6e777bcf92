/** How a service ends. */
import { type Broker, finishesWithin, pause } from "@rabbit-contract/messaging";
import type { Database, Relay } from "@rabbit-contract/postgres";
import type { Job } from "../jobs/timer.ts";
import type { Logger } from "../log.ts";
import type { Server } from "./runtime.ts";

export interface ShutdownParts {
  readonly server: Pick<Server, "drain" | "stop">;
  /** Answers probes until the end. */
  readonly admin: Pick<Server, "drain" | "interrupt" | "stop">;
  /** Milliseconds in which requests are still accepted, and answered with `Connection: close`. */
  readonly drainDelay: number;
  readonly jobs: readonly Pick<Job, "stop">[];
  readonly broker: Pick<Broker, "stopConsuming" | "close">;
  /** Of a service that sends messages. */
  readonly relay?: Pick<Relay, "stop">;
  readonly database: Pick<Database, "close">;
  readonly log: Logger;
}

/** Milliseconds from the start by which each step must have ended: a second less than a container engine waits. */
const deadlines = { work: 7_000, relay: 8_000, broker: 8_500, all: 9_000 };

/**
 * Stops in the order that loses and repeats nothing: reports that it is stopping; accepts no more requests and
 * deliveries, and finishes those in progress; publishes what they have left in the outbox; disconnects. Work that is
 * not finished in time is not lost: requests get no answer, deliveries return to their queues, messages stay in the
 * outbox, operators repeat the interrupted call. Resolves within 9 seconds, whatever hangs.
 */
export async function shutDown(parts: ShutdownParts): Promise<void> {
  const { server, admin, drainDelay, jobs, broker, relay, database, log } = parts;
  const start = performance.now();
  const until = (deadline: number) => Math.max(0, start + deadline - performance.now());
  const steps = async () => {
    server.drain();
    admin.drain();
    await pause(drainDelay);
    const within = until(deadlines.work);
    admin.interrupt();
    await Promise.all([
      server.stop({ within }),
      ...jobs.map((job) => job.stop(within)),
      broker.stopConsuming({ timeout: within }),
    ]);
    // The broker is closed only after this: messages of the last requests and deliveries still have to be published.
    await relay?.stop(until(deadlines.relay));
    await broker.close({ timeout: until(deadlines.broker) });
    await admin.stop({ within: until(deadlines.broker) });
    await database.close();
  };
  const stopping = steps();
  const inTime = await finishesWithin(deadlines.all, stopping);
  if (inTime) await stopping;
  const ms = Math.round(performance.now() - start);
  if (inTime) log.info({ ms }, "stopped");
  else log.warn({ ms }, "stopped before all work was finished; the next process continues it");
}
