import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { Client } from "pg";
import type { PartStatus } from "../stack.ts";
import { healthPortNameOf, type PartName, partNames } from "./parts.ts";
import { isRunning } from "./process.ts";
import { reportOf } from "./readiness.ts";
import { type LocalState, ownServers } from "./state.ts";

/** The state of each part, as the part itself reports it. */
export async function localStatus(state: LocalState | undefined): Promise<PartStatus[]> {
  const { rabbitmq, postgres } = state?.servers ? {} : ownServers();
  const managementUrl = state?.servers?.RABBITMQ_MANAGEMENT_URL ?? rabbitmq?.managementUrl;
  const databaseUrl = state?.servers?.DATABASE_URL ?? postgres?.databaseUrl;
  return Promise.all([
    serverStatus("rabbitmq", managementUrl, rabbitmq?.pid, askManagement),
    serverStatus("postgres", databaseUrl, postgres?.pid, askSql),
    ...partNames.map((name) => partStatus(name, state)),
  ]);
}

async function partStatus(name: PartName, state: LocalState | undefined): Promise<PartStatus> {
  const ports = state?.ports;
  const record = state?.processes[name];
  if (ports === undefined || !isRunning(record)) return { name, state: "stopped", where: "" };
  const healthPort = ports[healthPortNameOf(name)];
  const where = `http://127.0.0.1:${ports[name]}${healthPort === ports[name] ? "" : `, admin :${healthPort}`}`;
  return { name, ...(await reportOf(name, healthPort)), where, pid: record.pid };
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
