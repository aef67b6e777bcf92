import { join } from "node:path";
import { runningPgbouncer, startPgbouncer, stopPgbouncer } from "@orders/stack/servers";
import { type Servers, server } from "./servers.ts";

/** Starts servers, of which services reach the database through PgBouncer in transaction mode. */
export const withPooler =
  (start: (directory: string) => Promise<Servers>) =>
  async (directory: string): Promise<Servers> => {
    const servers = await start(directory);
    try {
      return { ...servers, pooler: await startPooler(directory, servers.admin.DATABASE_URL) };
    } catch (error) {
      await servers.remove();
      throw error;
    }
  };

/** It is stopped with the other servers of the directory. @param databaseUrl of the server behind it */
async function startPooler(directory: string, databaseUrl: string) {
  const place = join(directory, "pgbouncer");
  const options = { directory: place, databaseUrl };
  const pooler = await startPgbouncer(options);
  const control = server({
    running: () => {
      const running = runningPgbouncer(place);
      return running && { pid: running.pid, urls: [running.databaseUrl] };
    },
    start: () => startPgbouncer(options),
    stop: () => stopPgbouncer(place),
  });
  return { ...control, databaseUrl: pooler.databaseUrl };
}
