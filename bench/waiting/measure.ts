/** One round of open load, of which the traced orders are observed at each point. */
import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { serviceNames } from "@orders/stack";
import { otlpReceiver } from "@rabbit-contract/service/testing";
import { connections, type Flow, runFlow } from "../pipeline.ts";
import { byGroup, waitSeconds } from "../processes.ts";
import type { Servers } from "../servers.ts";
import { type System, startSystem } from "../system.ts";
import { passagesOf, type TransactionTimes } from "./passages.ts";
import type { Recording } from "./recorder.ts";
import type { Passage } from "./timeline.ts";
import { handledSince, watchPlacing } from "./transactions.ts";

export interface Round {
  readonly flow: Flow;
  readonly passages: readonly Passage[];
  /** Milliseconds per order for which a process could run and waited for a core, by process. */
  readonly waited: ReadonlyMap<string, number>;
  readonly eventLoops: ReadonlyMap<string, Recording["eventLoop"]>;
}

export interface RoundOptions {
  readonly servers: Servers;
  readonly name: string;
  /** For what the services record. */
  readonly directory: string;
  /** Orders per second. */
  readonly offered: number;
  /** Root of the services' sources. @default the project */
  readonly tree?: string | undefined;
}

const seconds = { warmUp: 10, measured: 30 };
const recorder = fileURLToPath(new URL("recorder.ts", import.meta.url).href);

export async function measureRound(options: RoundOptions): Promise<Round> {
  const { servers, name, tree, offered } = options;
  const directory = mkdtempSync(join(options.directory, "recordings-"));
  const receiver = await otlpReceiver();
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.endpoint,
    RECORDINGS: directory,
    BUN_OPTIONS: `--preload ${recorder}`,
  };
  const system = await startSystem({ servers, name, tree, env });
  const pids = serviceNames.map((service) => [service, system.processes.get(service)?.[0] ?? 0] as const);
  let seen: Seen;
  try {
    seen = await observe(
      system,
      pids.map(([, pid]) => pid),
      offered,
    );
  } finally {
    await system.stop(); // the recorders write, and the last spans are sent
    await receiver.stop();
  }
  const { flow, waited, placed, handled } = seen;
  const recordings = new Map(pids.map(([service, pid]) => [service, readRecording(directory, pid)]));
  const arrivals = new Map([...recordings.values()].flatMap((recording) => recording.arrivals));
  return {
    flow,
    passages: passagesOf({ flow, spans: receiver.spans, arrivals, placed, handled }),
    waited,
    eventLoops: new Map([...recordings].map(([service, { eventLoop }]) => [service, eventLoop])),
  };
}

interface Seen extends Pick<Round, "flow" | "waited"> {
  readonly placed: ReadonlyMap<string, TransactionTimes>;
  readonly handled: ReadonlyMap<string, TransactionTimes>;
}

async function observe(system: System, pids: readonly number[], offered: number): Promise<Seen> {
  const load = (lasting: number) => {
    const orders = Math.ceil(offered * lasting);
    return runFlow(system, { products: 1_000, clients: connections, orders, mode: "open", rate: offered });
  };
  await load(seconds.warmUp);
  for (const pid of pids) process.kill(pid, "SIGUSR2"); // the recorders begin
  const [since, before] = [Date.now(), waitedBy(system)];
  const placing = watchPlacing(system.databases.order);
  const flow = await load(seconds.measured);
  const after = waitedBy(system);
  const placed = await placing.stop();
  const pools = Object.values(system.databases);
  const handled = await Promise.all(pools.map((pool) => handledSince(pool, since)));
  const perOrder = (part: string, milliseconds: number) =>
    (milliseconds - (before.get(part) ?? 0)) / flow.ids.length;
  return {
    flow,
    waited: new Map([...after].map(([part, milliseconds]) => [part, perOrder(part, milliseconds)])),
    placed,
    handled: new Map(handled.flatMap((times) => [...times])),
  };
}

function readRecording(directory: string, pid: number): Recording {
  return JSON.parse(readFileSync(join(directory, `${pid}.json`), "utf8"));
}

function waitedBy({ processes }: System): Map<string, number> {
  return byGroup(processes, (pid) => 1000 * waitSeconds(pid));
}
