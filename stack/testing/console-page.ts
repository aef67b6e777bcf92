/** The console's page in `console/dist/`, for tests. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { root } from "../paths.ts";

export async function buildConsolePage(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(root, "console/build.ts")], { cwd: root });
}

/** Builds the page, unless this test is part of a run of `make test`, which has built it for all of them. */
export async function consolePage(): Promise<void> {
  if (!process.env.TEST_RUN_DIRECTORY) await buildConsolePage();
}
