import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runToEnd } from "../local/run.ts";
import { logDirectory, root } from "../paths.ts";

const page = resolve(root, "generated/catalogue/index.html");

/** Its sources. */
const sources = ["asyncapi", "packages/contract/src", "generated/pacts"];

/** Builds the HTML catalogue if it is missing or older than its sources. */
export async function buildCatalogue(progress: (line: string) => void): Promise<void> {
  if (existsSync(page) && statSync(page).mtimeMs > newest(sources)) return;
  progress("building the catalogue of the messages");
  mkdirSync(logDirectory, { recursive: true });
  await runToEnd({
    what: "build the catalogue",
    args: [resolve(root, "node_modules/.bin/rabbit-contract"), "docs"],
    env: process.env,
    logFile: join(logDirectory, "catalogue.build.log"),
  });
}

/** When the newest file in `folders` changed, in milliseconds since 1970. */
function newest(folders: readonly string[]): number {
  const times = folders
    .map((folder) => resolve(root, folder))
    .filter((folder) => existsSync(folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
    );
  return Math.max(0, ...times);
}
