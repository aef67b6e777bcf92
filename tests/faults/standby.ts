import { join } from "node:path";
import { runningPostgres, startPostgres, stopPostgres } from "@orders/stack/servers";
import { TcpProxy, waitFor } from "@rabbit-contract/messaging/testing";
import { rowsOf } from "@rabbit-contract/postgres/testing";
import { postgresServer, type Servers, startServers } from "./servers.ts";

/** When the primary returns, the standby follows it again at once; until then, no commit completes. */
const settings = ["wal_retrieve_retry_interval=200ms"];

/**
 * Starts a broker, and a database whose primary has a synchronous standby; clients reach the primary through a proxy.
 */
export async function startServersWithStandby(directory: string): Promise<Servers> {
  const servers = await startServers(directory);
  let primary = join(directory, "postgres");
  let standby = join(`${directory}-standby`, "postgres");
  const urlOf = (place: string) => runningPostgres(place)?.databaseUrl ?? "";
  const proxy = await TcpProxy.start(urlOf(primary));
  const remove = async () => {
    await proxy.close();
    for (const place of [primary, standby]) await stopPostgres(place, { purge: true });
    await servers.remove();
  };
  const postgres = postgresServer(() => primary);
  const follow = async () => {
    await stopPostgres(standby, { purge: true });
    await startPostgres({ directory: standby, standbyOf: primary, settings });
    await waitForStandby(urlOf(primary));
  };
  try {
    await follow();
    return {
      ...servers,
      admin: { ...servers.admin, DATABASE_URL: proxy.url(servers.admin.DATABASE_URL) },
      postgres,
      standby: {
        async takeOver() {
          await postgres.kill();
          [primary, standby] = [standby, primary];
          await rowsOf(urlOf(primary), "select pg_promote()");
          proxy.turn(urlOf(primary));
        },
        rejoin: follow,
      },
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** From here on, a commit completes only once the standby has it too. */
async function waitForStandby(primaryUrl: string): Promise<void> {
  await rowsOf(primaryUrl, "alter system set synchronous_standby_names = '*'");
  await rowsOf(primaryUrl, "select pg_reload_conf()");
  await waitFor(
    async () =>
      (await rowsOf(primaryUrl, "select from pg_stat_replication where sync_state = 'sync'")).length === 1,
    { what: "the standby to follow synchronously", timeout: 60_000 },
  );
}
