import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { runToEnd } from "../local/run.ts";
import { logDirectory, root } from "../paths.ts";

interface Pages {
  readonly name: string;
  readonly page: string;
  readonly sources: readonly string[];
  readonly args: readonly string[];
}

type Progress = (line: string) => void;

export const buildCatalogue = (progress: Progress) =>
  build(progress, {
    name: "catalogue",
    page: "generated/catalogue/index.html",
    sources: ["asyncapi", "packages/contract/src", "generated/pacts"],
    args: [resolve(root, "node_modules/.bin/rabbit-contract"), "docs"],
  });

export const buildConsole = (progress: Progress) =>
  build(progress, {
    name: "console",
    page: "console/dist/index.html",
    sources: ["console/client", "console/src", "asyncapi", "packages/contract/src/catalogue"],
    args: [resolve(root, "console/build.ts")],
  });

/** Builds pages if they are missing or older than their sources. */
async function build(progress: Progress, { name, page, sources, args }: Pages): Promise<void> {
  const built = resolve(root, page);
  if (existsSync(built) && statSync(built).mtimeMs > newest(sources)) return;
  progress(`building the pages of the ${name}`);
  mkdirSync(logDirectory, { recursive: true });
  const logFile = join(logDirectory, `${name}.build.log`);
  await runToEnd({ what: `build the ${name}`, args, env: process.env, logFile });
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
