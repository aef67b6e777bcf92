import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { serversOf } from "../commands/test-run.ts";

/** A directory for servers that a test starts, which `make test` cleans up even when it is interrupted. */
export function serversDirectory(name: string): string {
  const run = process.env.TEST_RUN_DIRECTORY;
  return run ? mkdtempSync(join(serversOf(run), `${name}-`)) : mkdtempSync(join(tmpdir(), `${name}-`));
}
