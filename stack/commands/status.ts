import { join } from "node:path";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { Client } from "pg";
import { type LocalState, localState } from "../local/local.ts";
import { type PartName, partNames } from "../local/parts.ts";
import { runningPostgres } from "../local/postgres.ts";
import { isRunning } from "../local/process.ts";
import { runningRabbitmq } from "../local/rabbitmq.ts";
import { healthOf, type Readiness } from "../local/readiness.ts";
import { stackDirectory } from "../paths.ts";
import { table } from "../table.ts";

export interface PartStatus {
  readonly name: string;
  /** `done`: it had a job to do once, and did it. */
  readonly state: Readiness | "stopped" | "done";
  /** What it depends on and cannot reach. */
  readonly missing?: readonly string[];
  readonly where: string;
  readonly pid?: number;
}

/** How all parts are, a line each. */
export function statusTable(parts: readonly PartStatus[]): string {
  const rows = parts.map(({ name, state, missing = [], pid, where }) => [
    name,
    state,
    missing.length === 0 ? "" : `without ${missing.join(" and ")}`,
    where,
    pid === undefined ? "" : String(pid),
  ]);
  return table([["part", "state", "", "where", "pid"], ...rows], "");
}

export function allWell(parts: readonly PartStatus[]): boolean {
  return parts.every(({ state }) => state === "ready" || state === "done");
}

/** How each part of the local system is at this moment, asked of the part itself. */
export async function localStatus(): Promise<PartStatus[]> {
  const state = localState();
  const rabbitmq = state?.given ? undefined : runningRabbitmq(join(stackDirectory, "rabbitmq"));
  const postgres = state?.given ? undefined : runningPostgres(join(stackDirectory, "postgres"));
  const managementUrl = state?.given?.RABBITMQ_MANAGEMENT_URL ?? rabbitmq?.managementUrl;
  const databaseUrl = state?.given?.DATABASE_URL ?? postgres?.databaseUrl;
  return Promise.all([
    serverStatus("rabbitmq", managementUrl, rabbitmq?.pid, askManagement),
    serverStatus("postgres", databaseUrl, postgres?.pid, askSql),
    ...partNames.map((name) => partStatus(name, state)),
  ]);
}

async function partStatus(name: PartName, state: LocalState | undefined): Promise<PartStatus> {
  const port = state?.ports?.[name];
  const record = state?.processes[name];
  if (port === undefined || !isRunning(record)) return { name, state: "stopped", where: "" };
  const { readiness, missing } = await healthOf(name, port);
  return { name, state: readiness, missing, where: `http://127.0.0.1:${port}`, pid: record.pid };
}

async function serverStatus(
  name: string,
  url: string | undefined,
  pid: number | undefined,
  ask: (url: string) => Promise<void>,
): Promise<PartStatus> {
  if (!url) return { name, state: "stopped", where: "" };
  const state = await ask(url).then(
    () => "ready" as const,
    () => "not ready" as const,
  );
  const { protocol, host } = new URL(url);
  return { name, state, where: `${protocol}//${host}`, ...(pid === undefined ? {} : { pid }) };
}

async function askManagement(url: string): Promise<void> {
  await new ManagementApi(url).get("whoami");
}

async function askSql(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
  } finally {
    await client.end();
  }
}
