import { join } from "node:path";
import process from "node:process";
import type { AdminEnvironment } from "@orders/stack/provision";
import {
  backingServicesDown,
  backingServicesUp,
  killServer,
  runningPostgres,
  runningRabbitmq,
  startPostgres,
  startRabbitmq,
  stopPostgres,
  stopRabbitmq,
} from "@orders/stack/servers";
import { waitFor } from "@rabbit-contract/messaging/testing";
import { connect } from "amqplib";

/** A server that can be killed, paused and restarted. It keeps its ports and its data. */
export interface Server {
  kill(): Promise<void>;
  /** Stops cleanly. */
  stop(): Promise<void>;
  /** Returns once it is ready. */
  start(): Promise<void>;
  /** SIGSTOPs its processes; their connections stay open. */
  pause(): void;
  resume(): void;
}

/** A node of a clustered broker. */
export interface Node extends Server {
  /** Its name in the management interface. */
  readonly name: string;
  readonly admin: Pick<AdminEnvironment, "AMQP_URL" | "RABBITMQ_MANAGEMENT_URL">;
  /** Cuts it off from the other nodes, but not from clients, for this many milliseconds. */
  isolate(milliseconds: number): Promise<void>;
}

export interface Standby {
  /** Kills the primary, promotes the standby, and routes new connections to it. */
  takeOver(): Promise<void>;
  /** Makes the killed primary the standby of the new one. */
  rejoin(): Promise<void>;
}

export interface Disk {
  /** Fills it completely. */
  fill(): void;
  free(): void;
}

export interface Pooler extends Server {
  /** The administrator's URL, with the pooler's host and port. */
  readonly databaseUrl: string;
}

/** A scenario's own broker and database server. */
export interface Servers {
  readonly admin: AdminEnvironment;
  readonly broker: Server;
  readonly postgres: Server;
  /** The nodes of a clustered broker, else empty; the administrator uses the last one. */
  readonly nodes: readonly Node[];
  /** The database's synchronous standby, if it has one. */
  readonly standby?: Standby;
  /** The disk of the database's tables, if they have their own. */
  readonly disk?: Disk;
  /** The pooler through which services reach the database, if there is one. */
  readonly pooler?: Pooler;
  /** Stops them and deletes their data. */
  remove(): Promise<void>;
}

/** @param directory holds everything they write, as `stack/commands/test-run.ts` expects */
export async function startServers(directory: string): Promise<Servers> {
  const place = join(directory, "rabbitmq");
  const broker = rabbitmqServer(place, async () => {
    const { amqpUrl } = await startRabbitmq({ directory: place });
    // After a crash, its management interface reports "ready" before it accepts connections.
    const what = "the broker to accept connections";
    const connection = await waitFor(() => connect(amqpUrl), { what, timeout: 60_000 });
    await connection.close();
  });
  const postgres = postgresServer(() => join(directory, "postgres"));
  const remove = async () => {
    broker.resume();
    postgres.resume();
    await backingServicesDown(directory, { purge: true });
  };
  try {
    return { admin: await backingServicesUp(directory), broker, postgres, nodes: [], remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

export function rabbitmqServer(directory: string, start: () => Promise<unknown>): Server {
  return server({
    running: () => {
      const running = runningRabbitmq(directory);
      return running && { pid: running.pid, urls: [running.amqpUrl, running.managementUrl] };
    },
    start,
    stop: () => stopRabbitmq(directory),
  });
}

/** @param directory the current one: a standby's takes the place of the primary's */
export function postgresServer(directory: () => string): Server {
  return server({
    running: () => {
      const running = runningPostgres(directory());
      return running && { pid: running.pid, urls: [running.databaseUrl] };
    },
    start: () => startPostgres({ directory: directory() }),
    stop: () => stopPostgres(directory()),
  });
}

export function server(handle: {
  running: () => { readonly pid: number; readonly urls: readonly string[] } | undefined;
  start: () => Promise<unknown>;
  stop: () => Promise<void>;
}): Server {
  const send = (signal: NodeJS.Signals) => {
    const running = handle.running();
    if (running) process.kill(running.pid, signal);
  };
  return {
    async kill() {
      const running = handle.running();
      if (running) await killServer(running.pid, running.urls);
      await waitFor(() => handle.running() === undefined, { what: "the server to be gone" });
    },
    stop: handle.stop,
    async start() {
      await handle.start();
    },
    pause: () => send("SIGSTOP"),
    resume: () => send("SIGCONT"),
  };
}
