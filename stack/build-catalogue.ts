import { existsSync, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { logDirectory, root } from "./paths.ts";
import { runToEnd } from "./run.ts";

const page = resolve(root, "generated/catalogue/index.html");

/** Builds the HTML catalogue where it is missing or older than the contract. */
export async function buildCatalogue(progress: (line: string) => void): Promise<void> {
  const contract = statSync(resolve(root, "asyncapi/asyncapi.yaml"));
  if (existsSync(page) && statSync(page).mtimeMs > contract.mtimeMs) return;
  progress("building the catalogue of the messages");
  mkdirSync(logDirectory, { recursive: true });
  await runToEnd({
    what: "build the catalogue",
    args: [resolve(root, "asyncapi/cli.ts"), "docs"],
    env: process.env,
    logFile: join(logDirectory, "catalogue.build.log"),
  });
}
