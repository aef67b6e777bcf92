import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { stackDirectory } from "../paths.ts";
import { partNames } from "./parts.ts";
import { postgresLog } from "./postgres.ts";
import { logFile } from "./state.ts";

/** The log of each part that has one. */
function logFiles(): Map<string, string> {
  const files = new Map<string, string | undefined>([
    ["rabbitmq", join(stackDirectory, "rabbitmq/log/rabbitmq.log")],
    ["postgres", postgresLog(join(stackDirectory, "postgres"))],
    ...[...partNames, "break-it"].map((name) => [name, logFile(name)] as const),
  ]);
  return new Map(
    [...files].flatMap(([name, file]) => (file && existsSync(file) ? [[name, file] as const] : [])),
  );
}

/** Shows the logs of the local processes: all, or one part's. @param follow until Ctrl-C */
export function localLogs(service: string | undefined, follow: boolean): void {
  const files = logFiles();
  const wanted = service === undefined ? [...files.values()] : [files.get(service)];
  const known = wanted.filter((file) => file !== undefined);
  if (known.length === 0) {
    const choice =
      files.size === 0 ? "nothing has been started yet" : `there is: ${[...files.keys()].join(", ")}`;
    throw new Error(service === undefined ? choice : `there is no log of "${service}"; ${choice}`);
  }
  spawnSync("tail", ["-n", ...(follow ? ["50", "-F"] : ["+1"]), ...known], { stdio: "inherit" });
}
