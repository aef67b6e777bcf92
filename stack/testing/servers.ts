import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { serversOf } from "../commands/test-run.ts";

/** A directory for servers of a test's own, which `make test` clears up even when it is interrupted. */
export function serversDirectory(name: string): string {
  const run = process.env.TEST_RUN_DIRECTORY;
  return run ? mkdtempSync(join(serversOf(run), `${name}-`)) : mkdtempSync(join(tmpdir(), `${name}-`));
}
