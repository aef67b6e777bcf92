/** The machine, versions and settings of a run. */
import { spawnSync } from "node:child_process";
import { cpus, totalmem, version } from "node:os";
import { root } from "@orders/stack";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import pg from "pg";
import type { Quiet } from "../machine.ts";
import type { Servers } from "../servers.ts";

/** The PostgreSQL settings that matter most for speed or safety. */
const settings = [
  "fsync",
  "synchronous_commit",
  "full_page_writes",
  "shared_buffers",
  "max_wal_size",
  "wal_compression",
  "track_commit_timestamp",
];

export interface Environment {
  readonly date: string;
  readonly commit: string;
  readonly machine: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly postgresSettings: Readonly<Record<string, string>>;
  readonly quiet: Quiet;
}

export async function environment(servers: Servers, quiet: Quiet): Promise<Environment> {
  const client = new pg.Client({ connectionString: servers.admin.DATABASE_URL });
  await client.connect();
  const shown = await client.query<{ name: string; setting: string }>(
    "select name, current_setting(name) as setting from pg_settings where name = any($1) order by name",
    [settings],
  );
  const { rows } = await client.query<{ version: string }>(
    "select current_setting('server_version') as version",
  );
  await client.end();
  const overview = await new ManagementApi(servers.admin.RABBITMQ_MANAGEMENT_URL).get("overview");
  const [cpu] = cpus();
  const git = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" });
  return {
    date: new Date().toISOString(),
    commit: git.stdout.trim(),
    machine: `${cpus().length} × ${cpu?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${version()}`,
    versions: {
      bun: Bun.version,
      rabbitmq: textOf(overview, "rabbitmq_version"),
      erlang: textOf(overview, "erlang_version"),
      postgres: rows[0]?.version ?? "unknown",
    },
    quiet,
    postgresSettings: Object.fromEntries(shown.rows.map(({ name, setting }) => [name, setting])),
  };
}

function textOf(value: unknown, key: string): string {
  if (typeof value !== "object" || value === null) return "unknown";
  return String(Object.entries(value).find(([name]) => name === key)?.[1] ?? "unknown");
}
