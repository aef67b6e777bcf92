import { join } from "node:path";
import { Client } from "pg";
import { type LocalState, localState } from "./local.ts";
import { Management } from "./management.ts";
import { type PartName, partNames, readyUrl } from "./parts.ts";
import { stackDirectory } from "./paths.ts";
import { runningPostgres } from "./postgres.ts";
import { isRunning } from "./process.ts";
import { runningRabbitmq } from "./rabbitmq.ts";

export interface PartStatus {
  readonly name: string;
  readonly state: "ready" | "not ready" | "stopped";
  readonly where: string;
  readonly pid?: number;
}

/** How each part of the local system is at this moment, asked of the part itself. */
export async function localStatus(): Promise<PartStatus[]> {
  const state = localState();
  const rabbitmq = state?.given ? undefined : runningRabbitmq(join(stackDirectory, "rabbitmq"));
  const postgres = state?.given ? undefined : runningPostgres(join(stackDirectory, "postgres"));
  const managementUrl = state?.given?.RABBITMQ_MANAGEMENT_URL ?? rabbitmq?.managementUrl;
  const databaseUrl = state?.given?.DATABASE_URL ?? postgres?.databaseUrl;
  return Promise.all([
    status(
      "rabbitmq",
      hostOf(managementUrl),
      rabbitmq?.pid,
      managementUrl ? () => answersManagement(managementUrl) : undefined,
    ),
    status(
      "postgres",
      hostOf(databaseUrl),
      postgres?.pid,
      databaseUrl ? () => answersSql(databaseUrl) : undefined,
    ),
    ...partNames.map((name) => partStatus(name, state)),
  ]);
}

async function partStatus(name: PartName, state: LocalState | undefined): Promise<PartStatus> {
  const port = state?.ports?.[name];
  const record = state?.processes[name];
  if (port === undefined || !isRunning(record)) return { name, state: "stopped", where: "" };
  return status(name, `http://127.0.0.1:${port}`, record.pid, () => answersHttp(readyUrl(name, port)));
}

async function status(
  name: string,
  where: string,
  pid: number | undefined,
  check: (() => Promise<boolean>) | undefined,
): Promise<PartStatus> {
  if (!check) return { name, state: "stopped", where: "" };
  const ready = await check().catch(() => false);
  return { name, state: ready ? "ready" : "not ready", where, ...(pid === undefined ? {} : { pid }) };
}

function hostOf(url: string | undefined): string {
  if (!url) return "";
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

async function answersHttp(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  await response.body?.cancel();
  return response.ok;
}

async function answersManagement(url: string): Promise<boolean> {
  await new Management(url).get("whoami");
  return true;
}

async function answersSql(connectionString: string): Promise<boolean> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 3_000 });
  try {
    await client.connect();
    return true;
  } finally {
    await client.end();
  }
}
