/** The machine, versions and settings of a run. */
import { spawnSync } from "node:child_process";
import { cpus, totalmem, version } from "node:os";
import { root } from "@orders/stack";
import { ManagementApi } from "@rabbit-contract/messaging/management-api";
import { withClient } from "@rabbit-contract/postgres/provision";
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
  const query = `select name, current_setting(name) as setting, current_setting('server_version') as version
                 from pg_settings where name = any($1) order by name`;
  const { rows } = await withClient(servers.admin.DATABASE_URL, (client) =>
    client.query<{ name: string; setting: string; version: string }>(query, [settings]),
  );
  const broker = (await new ManagementApi(servers.admin.RABBITMQ_MANAGEMENT_URL).get("overview")) as {
    readonly rabbitmq_version: string;
    readonly erlang_version: string;
  };
  const [cpu] = cpus();
  const git = spawnSync("git", ["describe", "--always", "--dirty"], { cwd: root, encoding: "utf8" });
  return {
    date: new Date().toISOString(),
    commit: git.stdout.trim(),
    machine: `${cpus().length} × ${cpu?.model ?? "unknown"}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${version()}`,
    versions: {
      bun: Bun.version,
      rabbitmq: broker.rabbitmq_version,
      erlang: broker.erlang_version,
      postgres: rows[0]?.version ?? "unknown",
    },
    quiet,
    postgresSettings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
  };
}
