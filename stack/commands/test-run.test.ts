import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { cleanUp, newRun, serversOf } from "./test-run.ts";

describe("a test run", () => {
  for (const inMemory of [false, true]) {
    it(`leaves nothing behind with servers ${inMemory ? "in memory" : "on the disk"}`, async () => {
      const run = newRun({ inMemory });
      const servers = serversOf(run.directory);
      mkdirSync(join(servers, "main"));
      assert.ok(existsSync(join(run.directory, "servers/main")));
      await cleanUp(run, undefined, () => {});
      assert.deepEqual([existsSync(servers), existsSync(run.directory)], [false, false]);
    });
  }
});
